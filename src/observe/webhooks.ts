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

export class Webhooks {
  readonly #queues: readonly WebhookQueue[];
  readonly #chosen: ReadonlySet<string>;
  /** How many members each topic has here, by protocol and name. */
  readonly #members = new Map<string, number>();

  /** @param node the id of this node */
  constructor(settings: Settings, log: WebhookLog, node: string) {
    const secret = settings(webhookSecret) ?? "";
    this.#chosen = new Set(settings(webhookEventsOption) ?? webhookEvents);
    this.#queues = (settings(webhookUrl) ?? []).map(
      (url) => new WebhookQueue({ url, secret, node }, log),
    );
  }

  /** Whether anybody is told anything. */
  get isOn(): boolean {
    return this.#queues.length > 0;
  }

  /** Events that are lost so far, each once for each address. */
  get lost(): number {
    return this.#queues.reduce((total, { lost }) => total + lost, 0);
  }

  /** @param who the connection, its protocol, its topic and its user */
  joined(protocol: string, topic: string, who: object): void {
    const key = `${protocol}/${topic}`;
    const before = this.#members.get(key) ?? 0;
    this.#members.set(key, before + 1);
    if (before === 0) this.tell("topic_opened", { protocol, topic });
    this.tell("peer_joined", { protocol, topic, ...who });
  }

  left(protocol: string, topic: string, who: object): void {
    const key = `${protocol}/${topic}`;
    const left = (this.#members.get(key) ?? 1) - 1;
    this.tell("peer_left", { protocol, topic, ...who });
    if (left > 0) this.#members.set(key, left);
    else if (this.#members.delete(key)) this.tell("topic_closed", { protocol, topic });
  }

  tell(event: WebhookEvent, fields: object): void {
    if (!this.#chosen.has(event)) return;
    const told = { event, time: new Date().toISOString(), ...fields };
    for (const queue of this.#queues) queue.add(told);
  }

  /** Tells what waits, when the server stops. */
  async end(): Promise<void> {
    await Promise.all(this.#queues.map((queue) => queue.end()));
  }
}
