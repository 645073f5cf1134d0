// Pairs that have nothing to do with an attack, and go on talking at a steady rate. How long their messages take
// counts from when each was due: neither a server that stalls nor a talker that is late can hide it.

import { StampReader } from "../arrivals.ts";
import { errorsOf, type PairMember } from "../pairs.ts";
import { findStamp, writeStamp } from "../payload.ts";
import { Beat } from "./beat.ts";
import { Series, type Span } from "./series.ts";

/** Messages in a second, of all pairs together: few, so that talking costs little. */
export const messagesPerSecond = 1000;

export class Talkers implements Disposable {
  readonly #pairs: readonly PairMember[];
  readonly #stampsAt: readonly number[];
  readonly #beat: Beat;
  /** Milliseconds that each message took, by its stamp; undefined until it arrives. */
  readonly #latencies: (number | undefined)[] = [];
  readonly #lateness = new Series();
  #arrived = 0;

  /** They begin to talk at once. */
  constructor(pairs: readonly PairMember[]) {
    this.#pairs = pairs;
    this.#stampsAt = pairs.map(({ frame }) => findStamp(frame, 0, frame.length));
    for (const { member } of pairs)
      member.traffic = new StampReader((stamp) => this.#hear(stamp, performance.now()));
    this.#beat = new Beat(messagesPerSecond, (index, due) => this.#say(index, due));
  }

  /** Messages that were sent, have not arrived, and were not refused. */
  get missing(): number {
    return this.#latencies.length - this.#arrived - errorsOf(this.#pairs);
  }

  /** Milliseconds that the messages took which were due in the span. One that is missing took at least until now. */
  latencies(span: Span): readonly number[] {
    const now = performance.now();
    return this.#in(span).map(({ due, latency }) => latency ?? now - due);
  }

  /** How many messages of the span have not arrived. */
  missingIn(span: Span): number {
    return this.#in(span).filter(({ latency }) => latency === undefined).length;
  }

  /** Milliseconds that messages of the span were sent too late, which is the fault of this process. */
  lateness(span: Span): readonly number[] {
    return this.#lateness.within(span);
  }

  /** They say nothing more, and listen. */
  fallSilent(): void {
    this.#beat[Symbol.dispose]();
  }

  [Symbol.dispose](): void {
    this.fallSilent();
    for (const { member } of this.#pairs) member.client.terminate();
  }

  #in({ from, to }: Span) {
    return this.#latencies
      .map((latency, index) => ({ due: this.#beat.dueAt(index), latency }))
      .filter(({ due }) => due >= from && due < to);
  }

  #say(index: number, due: number): void {
    const turn = index % this.#pairs.length;
    const pair = this.#pairs[turn];
    if (pair === undefined) return;
    this.#lateness.add(due, performance.now() - due);
    this.#latencies.push(undefined);
    writeStamp(pair.frame, this.#stampsAt[turn] ?? 0, index);
    pair.member.client.write(pair.frame);
  }

  #hear(stamp: number, now: number): void {
    if (!(stamp in this.#latencies) || this.#latencies[stamp] !== undefined) return;
    this.#latencies[stamp] = now - this.#beat.dueAt(stamp);
    this.#arrived++;
  }
}
