// Two clients that talk while others do what they like, and how long each message took: what they feel of the server's
// event loop.

import { type Joined, joinTwo } from "../support/topic-client.ts";

/** Milliseconds between two messages. */
const pauseMs = 20;

export interface Delays {
  readonly medianMs: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** How late a timer of this process was at most: delays in the same range say nothing about the server. */
  readonly ownMs: number;
}

export class TalkingPair {
  readonly #pair: readonly [Joined, Joined];
  #delays: number[] = [];
  #ownMs = 0;
  #isOver = false;
  readonly #talk: Promise<void>;

  private constructor(pair: readonly [Joined, Joined]) {
    this.#pair = pair;
    this.#talk = this.#converse();
    // Whoever waits for it learns of it.
    this.#talk.catch(() => undefined);
  }

  static async meet(url: URL): Promise<TalkingPair> {
    return new TalkingPair(await joinTwo(url, "talking-pair"));
  }

  /** Of the messages since the last call. */
  take(): Delays {
    const delays = this.#delays.toSorted((one, other) => one - other);
    const ownMs = this.#ownMs;
    this.#delays = [];
    this.#ownMs = 0;
    const at = (share: number): number =>
      delays[Math.min(delays.length - 1, Math.floor(delays.length * share))] ?? 0;
    return { medianMs: at(0.5), p99Ms: at(0.99), maxMs: at(1), ownMs };
  }

  /** Rejects if a message was lost or altered, or one of the two was disconnected; resolves after `leave`. */
  get talk(): Promise<void> {
    return this.#talk;
  }

  async leave(): Promise<void> {
    this.#isOver = true;
    await this.#talk;
    for (const { socket } of this.#pair) {
      socket.close(1000);
      await socket.gone;
    }
  }

  async #converse(): Promise<void> {
    let [from, to] = this.#pair;
    for (let turn = 0; !this.#isOver; turn++) {
      const sentAt = performance.now();
      from.socket.send(`{"type":"offer","to":"${to.id}","payload":${turn}}`);
      const read = await to.socket.next();
      this.#delays.push(performance.now() - sentAt);
      if (read !== `{"type":"offer","from":"${from.id}","payload":${turn}}`)
        throw new Error(`the talking pair was told ${read} in turn ${turn}`);
      [from, to] = [to, from];
      const pausedAt = performance.now();
      await Bun.sleep(pauseMs);
      this.#ownMs = Math.max(this.#ownMs, performance.now() - pausedAt - pauseMs);
    }
  }
}
