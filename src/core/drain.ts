// Ends all connections of a server that is being stopped, in batches: clients reconnect as soon as they
// are closed, and the other servers should not get all of them in one moment.

import { closeReasons } from "./close.ts";
import type { Peer } from "./peer.ts";

/** Peers that may be told in one second without hurry: 1,000 reconnects per second are modest. */
const peersPerSecond = 1000;

/** Milliseconds between two batches. */
const batchMs = 100;

/** The part of the time for which those are waited for that read nothing. */
const patience = 0.5;

/**
 * Closes all peers with 1012, as slowly as `seconds` allows, in any order and at uneven times: who came together does not
 * come back together. One that is behind with reading is waited for as long as it reads: its Close frame would not get
 * through. One that reads nothing for half of `seconds` is cut off.
 * @param peers whoever is connected; those that come during the call are closed too
 * @param wait resolves after some milliseconds; tests give their own
 * @param random from 0 to 1; tests give their own
 */
export async function closeAll(
  peers: Iterable<Peer> & { readonly size: number },
  seconds: number,
  wait: (ms: number) => Promise<void> = Bun.sleep,
  random: () => number = Math.random,
): Promise<void> {
  const batches = Math.max(1, (seconds * 1000) / batchMs);
  const batchSize = Math.max(Math.ceil(peers.size / batches), (peersPerSecond * batchMs) / 1000);
  const stalled = new Stalled(batches * patience);
  while (peers.size > 0) {
    const ready: Peer[] = [];
    for (const peer of [...peers])
      if (!peer.isBehind) ready.push(peer);
      else if (stalled.has(peer)) peer.cut(closeReasons.restart);
    for (let left = Math.min(batchSize, ready.length); left > 0; left--) {
      const [peer] = ready.splice(Math.floor(random() * ready.length), 1);
      peer?.close(closeReasons.restart);
    }
    if (peers.size > 0) await wait(batchMs * (0.5 + random()));
  }
}

/** Knows which peers read nothing. */
class Stalled {
  readonly #looks: number;
  readonly #seen = new Map<Peer, { buffered: number; looks: number }>();

  /** @param looks for which a peer must not have read */
  constructor(looks: number) {
    this.#looks = looks;
  }

  /** Look at each peer that is behind once in the same time. */
  has(peer: Peer): boolean {
    const buffered = peer.transport.getBufferedAmount();
    const seen = this.#seen.get(peer);
    const looks = seen === undefined || buffered < seen.buffered ? 0 : seen.looks + 1;
    this.#seen.set(peer, { buffered, looks });
    return looks >= this.#looks;
  }
}
