// The others who are there, and what is made of them.

export type SignalType = "offer" | "answer" | "ice-candidate";

/** Somebody else who is there. */
export interface Person {
  readonly id: string;
  readonly name: string;
  /** Whether this page makes the first offer, and gives way: on exactly one of two sides. */
  readonly isPolite: boolean;
}

/** Who connects to people, once told who is there and what they signal. */
export interface Connector {
  /** Takes a list of all who are there: who is in it came or stayed, who is not has left. */
  follow(people: readonly Person[]): void;
  /** Somebody who is there has begun anew, and makes the first offer. */
  renew(id: string): void;
  /** Takes a signal; one of somebody who is not there is none. */
  receive(from: string, type: SignalType, payload: unknown): void;
  /** Drops every connection. */
  close(): void;
}
