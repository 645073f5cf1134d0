// Drives the protocol of WebTorrent trackers: a client announces itself in the swarm of its topic, and then each
// message is an announce with one offer, which the server passes on to one other of the swarm and answers.

import type { Driver, DriverConversation, FrameKind, Seat } from "./driver.ts";

/** A binary string as clients write it: of any bytes, some of which JSON escapes. */
const binary = (bytes: Uint8Array): string => JSON.stringify(Buffer.from(bytes).toString("latin1"));

const sha1 = (text: string): Uint8Array => new Bun.CryptoHasher("sha1").update(text).digest();

/** As WebTorrent makes them: eight characters for the program, then chance. */
const peerIdOf = ({ topic, index }: Seat): Uint8Array =>
  Buffer.concat([Buffer.from("-SB0100-"), sha1(`${topic}-${index}`).subarray(0, 12)]);

/** What is passed on, and what is refused, begins like this; a letter comes next. */
const beginning = Buffer.from('{"action":"announce","');

const [letterA, letterC, letterF, letterO] = [...Buffer.from("acfo")];

class TrackerDriverConversation implements DriverConversation {
  readonly greetings: readonly string[];
  /** An announce as it is repeated: the client is still there. */
  readonly question: string;
  /** Whom an offer goes to is the server's choice; of two, it is the other one. */
  readonly paired = true;
  /** How an announce begins, up to its offers. */
  readonly #beginning: string;
  readonly #offerId: string;
  #entered = false;

  constructor(seat: Seat) {
    this.#beginning =
      `{"numwant":1,"uploaded":0,"downloaded":0,"left":1,"action":"announce",` +
      `"info_hash":${binary(sha1(seat.topic))},"peer_id":${binary(peerIdOf(seat))}`;
    this.#offerId = binary(sha1(`offer of ${seat.topic}-${seat.index}`));
    this.question = `${this.#beginning},"event":"update"}`;
    this.greetings = [`${this.#beginning},"event":"started","offers":[]}`];
  }

  get entered(): boolean {
    return this.#entered;
  }

  hear(text: string): boolean {
    if (!/^\{"complete":\d+,"incomplete":\d+,/.test(text)) return false;
    this.#entered = true;
    return true;
  }

  kindOf(bytes: Uint8Array, start: number, end: number): FrameKind {
    const first = start + 2;
    const letter = start + beginning.length;
    if (letter >= end || bytes[start] !== beginning[0]) return "other";
    // The answer to one's own announce.
    if (bytes[first] === letterC) return this.#entered ? "own" : "other";
    if (bytes[first] !== letterA) return "other";
    if (bytes[letter] === letterF) return "error";
    return bytes[letter] === letterO ? "relayed" : "other";
  }

  relayFrame(payload: string): string {
    return `${this.#beginning},"offers":[{"offer":${payload},"offer_id":${this.#offerId}}]}`;
  }
}

export const trackerDriver: Driver = {
  path: () => "/tracker",
  begin: (seat) => new TrackerDriverConversation(seat),
};
