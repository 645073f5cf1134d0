// How clients come back to memberships that have outlived their connections, on whichever node. A node is asked for many
// members at a time; one that has not answered is not asked again for a while.

import type { Bus } from "./bus.ts";
import type { Clock } from "./clock.ts";
import { type NodeId, nodeId } from "./ids.ts";
import { ResumeKey } from "./resume-key.ts";

/** How long it is remembered that a token was used, in seconds. Older ones are not good once their node is gone. */
export const usedSeconds = 24 * 3600;

/** Milliseconds that a node has to hand members over. */
const answerMs = 2000;

/** Seconds for which a node that did not answer is not asked. */
const silentSeconds = 10;

/** Requests in one question. */
const perQuestion = 64;

/** Asks the node of a member to hand it over. JSON. */
export interface HandOver {
  readonly topic: string;
  readonly id: string;
  /** Of the token. */
  readonly serial: string;
  /** How many frames the client has received. */
  readonly received: number;
}

interface Asking {
  readonly request: HandOver;
  readonly resolve: (answer: unknown) => void;
}

interface StayingContext {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly limits: { readonly resumeSeconds: number };
}

export class Staying {
  /** How long a member may be away; 0 if it may not. */
  readonly seconds: number;
  readonly key: ResumeKey;
  readonly #startedAt = Date.now();
  readonly node: NodeId;
  readonly #bus: Bus;
  readonly #clock: Clock;
  /** By node: what is to be asked once its open question is answered. */
  readonly #asking = new Map<NodeId, Asking[]>();
  /** Until when a node is not asked, by the clock. */
  readonly #silentUntil = new Map<NodeId, number>();

  /** @param key see `ResumeKey` */
  constructor(context: StayingContext, key?: string) {
    this.seconds = context.limits.resumeSeconds;
    this.key = new ResumeKey(context, key);
    this.#bus = context.bus;
    this.node = context.bus.node;
    this.#clock = context.clock;
  }

  /** Whether this server was started so shortly after `time` that nobody who was there then is announced as gone. */
  hasJustBegunSince(time: number): boolean {
    return time < this.#startedAt && this.#clock.seconds < this.seconds;
  }

  /** As `Bus.keeps` has it: then members of the node may come back. */
  keeps(node: NodeId | undefined): node is NodeId {
    return node !== undefined && this.#bus.keeps(node);
  }

  /** Marks a token as used, on all nodes that can be reached. @returns whether nobody has used it before */
  async use(serial: string): Promise<boolean> {
    const mark = crypto.randomUUID();
    return ((await this.#bus.firstValue(`used:${serial}`, mark, usedSeconds)) ?? mark) === mark;
  }

  /** Answers those who ask for members of this node, and obeys those who have taken them. */
  serve(
    kind: string,
    handOver: (requests: readonly HandOver[]) => readonly unknown[],
    moved: (request: HandOver, to: NodeId) => void,
  ): void {
    this.#bus.onQuestion(kind, (question) => handOver(requestsIn(question)));
    this.#bus.onOrder(kind, (order) => {
      const { to, ...request } = Object(order);
      const node = typeof to === "string" ? nodeId(to) : undefined;
      if (node !== undefined && isRequest(request)) moved(request, node);
    });
  }

  /** Asks a node for one of its members. @returns its answer; `undefined` if there is none in time */
  ask(kind: string, node: NodeId, request: HandOver): Promise<unknown> {
    if ((this.#silentUntil.get(node) ?? 0) > this.#clock.seconds) return Promise.resolve(undefined);
    const { promise, resolve } = Promise.withResolvers<unknown>();
    const open = this.#asking.get(node);
    if (open !== undefined) open.push({ request, resolve });
    else {
      this.#asking.set(node, [{ request, resolve }]);
      void this.#askAll(kind, node);
    }
    return promise;
  }

  /** Tells the node that had a member, if there is one, that it is here now. */
  tellMoved(kind: string, node: NodeId | undefined, request: HandOver): void {
    if (node !== undefined) this.#bus.tell(node, kind, { ...request, to: this.node });
  }

  async #askAll(kind: string, node: NodeId): Promise<void> {
    const waiting = this.#asking.get(node) ?? [];
    while (waiting.length > 0) {
      const asked = waiting.splice(0, perQuestion);
      const requests = asked.map(({ request }) => request);
      const { answers } = await this.#bus.ask(kind, requests, answerMs, node);
      const answer = answers.get(node);
      if (Array.isArray(answer)) for (const [n, { resolve }] of asked.entries()) resolve(answer[n]);
      else {
        this.#silent(node);
        for (const { resolve } of [...asked, ...waiting.splice(0)]) resolve(undefined);
      }
    }
    this.#asking.delete(node);
  }

  #silent(node: NodeId): void {
    const { seconds } = this.#clock;
    for (const [other, until] of this.#silentUntil)
      if (until <= seconds) this.#silentUntil.delete(other);
    this.#silentUntil.set(node, seconds + silentSeconds);
  }
}

const requestsIn = (question: unknown): readonly HandOver[] =>
  Array.isArray(question) && question.length <= perQuestion && question.every(isRequest)
    ? question
    : [];

/** JSON has `null` for a count that is none. */
function isRequest(value: unknown): value is HandOver {
  const { topic, id, serial } = Object(value);
  return [topic, id, serial].every((each) => typeof each === "string");
}
