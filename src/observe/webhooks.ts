// Tells addresses that the operator names what happens on this node. Nothing waits for them.

import type { Settings } from "../options/option.ts";
import {
  type WebhookEvent,
  webhookEvents,
  webhookEventsOption,
  webhookSecret,
  webhookUrl,
} from "./webhook-options.ts";
import { WebhookQueue } from "./webhook-queue.ts";

interface WebhookLog {
  warn(fields: object, message: string): void;
}

/** Which topic of which protocol. */
interface Where {
  readonly protocol: string;
  readonly topic: string;
}

export class Webhooks {
  readonly #log: WebhookLog;
  readonly #node: string;
  /** By address. */
  #queues: ReadonlyMap<string, WebhookQueue> = new Map();
  /** Of addresses that are not told any more, while what waited for them is. */
  readonly #ending = new Map<WebhookQueue, Promise<void>>();
  /** Events that were lost for addresses that are not told any more. */
  #lostBefore = 0;
  #chosen: ReadonlySet<string> = new Set();

  /** @param node the id of this node */
  constructor(settings: Settings, log: WebhookLog, node: string) {
    this.#log = log;
    this.#node = node;
    this.reload(settings);
  }

  /** Whether anybody is told anything. */
  get isOn(): boolean {
    return this.#queues.size > 0;
  }

  /** Events that are lost so far, each once for each address. */
  get lost(): number {
    let total = this.#lostBefore;
    for (const { lost } of [...this.#queues.values(), ...this.#ending.keys()]) total += lost;
    return total;
  }

  /** What waits for an address that stays goes on waiting; for one that does not it is told once more. */
  reload(settings: Settings): void {
    const secret = settings(webhookSecret) ?? "";
    this.#chosen = new Set(settings(webhookEventsOption) ?? webhookEvents);
    const old = this.#queues;
    const queues = new Map<string, WebhookQueue>();
    for (const url of settings(webhookUrl) ?? []) {
      const queue = old.get(url) ?? new WebhookQueue({ url, secret, node: this.#node }, this.#log);
      queue.secret = secret;
      queues.set(url, queue);
    }
    this.#queues = queues;
    for (const [url, queue] of old) if (!queues.has(url)) this.#dismiss(queue);
  }

  /** @param count members that topics of this protocol and name have on this node by now @param who the connection and its user */
  joined(where: Where, count: number, who: object): void {
    if (count === 1) this.tell("topic_opened", where);
    this.tell("peer_joined", { ...where, ...who });
  }

  left(where: Where, count: number, who: object): void {
    this.tell("peer_left", { ...where, ...who });
    if (count === 0) this.tell("topic_closed", where);
  }

  tell(event: WebhookEvent, fields: object): void {
    if (!this.#chosen.has(event)) return;
    const told = { event, time: new Date().toISOString(), ...fields };
    for (const queue of this.#queues.values()) queue.add(told);
  }

  /** Tells what waits, when the server stops. */
  async end(): Promise<void> {
    const queues = Array.from(this.#queues.values(), (queue) => queue.end());
    await Promise.all([...queues, ...this.#ending.values()]);
  }

  #dismiss(queue: WebhookQueue): void {
    const ended = queue.end().then(() => {
      this.#lostBefore += queue.lost;
      this.#ending.delete(queue);
    });
    this.#ending.set(queue, ended);
  }
}
