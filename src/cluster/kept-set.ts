// A set of texts that all nodes share, in a sorted set of Redis whose scores are the times until which they are kept.
// Who adds a text tells the others, and writes it. A node reads all of it when it reaches Redis, and now and then, in
// case it has missed something; what Redis has lost it writes again.

import { type Added, maxTextLength, type SharedSet, TextSet } from "../core/shared-set.ts";
import type { ClusterContext } from "./context.ts";

/** Milliseconds that Redis keeps a set to which nothing is added: longer than any text. */
const setMs = 400 * 86_400_000;

/** Milliseconds between two readings, and until one is tried again that has failed. */
const readAgainMs = 300_000;
const retryMs = 5000;

/** Milliseconds for which somebody waits for the first reading. */
const knownMs = 1500;

/** Milliseconds for which a text is told again after a new connection: it may have been told to nobody. */
const freshMs = 60_000;

/** Texts of one command, and of one order. */
const textsAtOnce = 100;

/** Of a text and until when it is kept. */
type Entry = readonly [string, number];

export class KeptSet implements SharedSet {
  readonly #context: ClusterContext;
  readonly #key: string;
  readonly #texts: TextSet;
  /** Gives orders to the other nodes. */
  readonly #tell: (entries: readonly Entry[]) => void;
  /** What this node has added, and by the cluster's clock when; until it is written and not fresh any more. */
  readonly #own = new Map<string, { readonly at: number; isWritten: boolean }>();
  /** When it is to be read, by the cluster's clock. */
  #readAt = Number.POSITIVE_INFINITY;
  #isReading = false;
  #known: PromiseWithResolvers<void> | undefined = Promise.withResolvers();
  readonly #knownBy: number;

  constructor(
    context: ClusterContext,
    name: string,
    added: () => void,
    tell: (entries: readonly Entry[]) => void,
  ) {
    this.#context = context;
    this.#key = context.channels.set(name);
    this.#texts = new TextSet(added);
    this.#tell = tell;
    this.#knownBy = context.now() + knownMs;
  }

  get size(): number {
    return this.#texts.size;
  }

  until(text: string): number | undefined {
    return this.#texts.until(text);
  }

  get known(): Promise<void> | undefined {
    return this.#known?.promise;
  }

  async add(text: string, until: number): Promise<Added> {
    if (!this.#texts.put(text, until)) return "full";
    const own = { at: this.#context.now(), isWritten: false };
    this.#own.set(text, own);
    this.#tell([[text, until]]);
    // It may have been told to nobody, if a connection is lost just now: see `reached`.
    return (await this.#write([[text, until]])) ? "kept" : "unkept";
  }

  /** Another node has added texts. @param told as it came */
  take(told: unknown): void {
    if (!Array.isArray(told)) return;
    for (const each of told.slice(0, textsAtOnce)) {
      const [text, until]: readonly unknown[] = Array.isArray(each) ? each : [];
      if (typeof text === "string" && text.length <= maxTextLength && Number.isSafeInteger(until))
        this.#texts.put(text, Number(until));
    }
  }

  /** Redis is reached, perhaps again. */
  reached(): void {
    this.#readAt = this.#context.now();
    this.step();
    const again = [...this.#own.keys()].flatMap((text) => this.#entry(text));
    for (let at = 0; at < again.length; at += textsAtOnce)
      this.#tell(again.slice(at, at + textsAtOnce));
  }

  /** A part of Redis is out of reach. What the set has cannot be known now, if it is there. */
  unreached(): void {
    if (!this.#context.carrier.reaches(this.#key)) this.#settle();
  }

  /** Does what is due by now. Call it ten times a second. */
  step(): void {
    const now = this.#context.now();
    if (this.#known !== undefined && now >= this.#knownBy) this.#settle();
    for (const [text, { at, isWritten }] of this.#own)
      if (isWritten && now - at > freshMs) this.#own.delete(text);
    if (now < this.#readAt || this.#isReading) return;
    this.#isReading = true;
    this.#readAt = Number.POSITIVE_INFINITY;
    void this.#read().then((isRead) => {
      this.#isReading = false;
      const next = this.#context.now() + (isRead ? readAgainMs : retryMs);
      // Earlier if the connection was made anew in the meantime.
      this.#readAt = Math.min(this.#readAt, next);
      this.#settle();
    });
  }

  #settle(): void {
    this.#known?.resolve();
    this.#known = undefined;
  }

  /** @returns whether all of it was read */
  async #read(): Promise<boolean> {
    const { keys } = this.#context.carrier;
    this.#texts.forgetOver();
    const inRedis = new Set<string>();
    try {
      await keys.trimSet(this.#key, Date.now());
      for (let cursor = "0"; ; ) {
        const page = await keys.scanSet(this.#key, cursor);
        for (const [text, until] of page.entries) {
          inRedis.add(text);
          if (text.length <= maxTextLength) this.#texts.put(text, until);
        }
        cursor = page.cursor;
        if (cursor === "0") break;
      }
    } catch {
      return false;
    }
    const missing = [...this.#texts.texts].filter(([text]) => !inRedis.has(text));
    for (let at = 0; at < missing.length; at += textsAtOnce)
      if (!(await this.#write(missing.slice(at, at + textsAtOnce)))) return false;
    return true;
  }

  async #write(entries: readonly Entry[]): Promise<boolean> {
    try {
      await this.#context.carrier.keys.addToSet(this.#key, entries, setMs);
    } catch {
      // It is written once Redis is reached again, or takes it.
      this.#readAt = Math.min(this.#readAt, this.#context.now() + retryMs);
      return false;
    }
    for (const [text] of entries) {
      const own = this.#own.get(text);
      if (own !== undefined) own.isWritten = true;
    }
    return true;
  }

  #entry(text: string): readonly Entry[] {
    const until = this.#texts.until(text);
    return until === undefined ? [] : [[text, until]];
  }
}
