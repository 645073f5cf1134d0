// What each client address is doing: its connections, how often it asks, and the tokens it was refused for. Addresses of
// trusted networks are not here. Bounded, and an address that does nothing is forgotten.

import type { Clock } from "../core/clock.ts";
import { Rate } from "../core/rate.ts";

export interface AddressLimits {
  /** WebSocket connections of one address; 0 for no limit. */
  readonly connections: number;
  /** Requests of one address in a second, after a rest those of 20 seconds at once; 0 for no limit. */
  readonly requestsPerSecond: number;
}

interface AddressEntry {
  connections: number;
  /** As the rate counts. */
  spent: number;
  /** Tokens that were refused lately: one less for each `forgiveSeconds`. */
  refusals: number;
  refusedAt: number;
}

/** Addresses that are known at a time, about 100 bytes each. Beyond them, new ones share one entry. */
const maxAddresses = 65_536;

/** Entries that are looked at in one step of the clock, to forget those that do nothing. */
const entriesPerStep = 512;

/** Refused tokens that cost nothing: a page may try an old one. */
const freeRefusals = 5;

const firstDelayMs = 100;
const maxDelayMs = 10_000;

/** Seconds after which one refused token is forgiven. */
const forgiveSeconds = 10;

export class AddressTable {
  readonly #clock: Clock;
  #limits: AddressLimits;
  readonly #rate: Rate;
  readonly #entries = new Map<string, AddressEntry>();
  readonly #others: AddressEntry = newEntry();
  #visiting: Iterator<[string, AddressEntry]> = [][Symbol.iterator]();

  constructor(clock: Clock, limits: AddressLimits) {
    this.#clock = clock;
    this.#limits = limits;
    this.#rate = new Rate(clock, limits.requestsPerSecond);
    clock.everyStep(() => this.#forgetIdle());
  }

  /** Connections that an address has stay, even if it may have fewer now. */
  setLimits(limits: AddressLimits): void {
    this.#limits = limits;
    this.#rate.set(limits.requestsPerSecond);
  }

  /** How many addresses are known. */
  get size(): number {
    return this.#entries.size;
  }

  /** Counts a request. @returns false, and counts nothing, if the address asks too often */
  mayAsk(address: string): boolean {
    const entry = this.#entryOf(address);
    const spent = this.#rate.after(entry.spent, 1);
    if (!this.#rate.allows(spent)) return false;
    entry.spent = spent;
    return true;
  }

  /** Whether the address may have one connection more. */
  mayConnect(address: string): boolean {
    const { connections } = this.#limits;
    return connections === 0 || this.#entryOf(address).connections < connections;
  }

  opened(address: string): void {
    this.#entryOf(address).connections++;
  }

  closed(address: string): void {
    const entry = this.#entries.get(address) ?? this.#others;
    entry.connections = Math.max(0, entry.connections - 1);
  }

  tokenRefused(address: string): void {
    const entry = this.#entryOf(address);
    entry.refusals = this.#refusalsOf(entry) + 1;
    entry.refusedAt = this.#clock.seconds;
  }

  /** Milliseconds that the next token of this address has to wait for: more for each that was refused. */
  tokenDelayMs(address: string): number {
    const entry = this.#entries.get(address);
    const refusals = (entry === undefined ? 0 : this.#refusalsOf(entry)) - freeRefusals;
    return refusals < 0 ? 0 : Math.min(firstDelayMs * 2 ** refusals, maxDelayMs);
  }

  #refusalsOf({ refusals, refusedAt }: AddressEntry): number {
    const forgiven = Math.floor((this.#clock.seconds - refusedAt) / forgiveSeconds);
    return Math.max(0, refusals - forgiven);
  }

  #entryOf(address: string): AddressEntry {
    const known = this.#entries.get(address);
    if (known !== undefined) return known;
    if (this.#entries.size >= maxAddresses) return this.#others;
    const entry = newEntry();
    this.#entries.set(address, entry);
    return entry;
  }

  #forgetIdle(): void {
    for (let left = Math.min(entriesPerStep, this.#entries.size); left > 0; left--) {
      const { done, value } = this.#visiting.next();
      if (done === true) {
        this.#visiting = this.#entries.entries();
        return;
      }
      const [address, entry] = value;
      const isIdle =
        entry.connections === 0 &&
        this.#refusalsOf(entry) === 0 &&
        this.#rate.isRested(entry.spent);
      if (isIdle) this.#entries.delete(address);
    }
  }
}

const newEntry = (): AddressEntry => ({ connections: 0, spent: 0, refusals: 0, refusedAt: 0 });
