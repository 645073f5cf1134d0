// A file on its way to some peers, to each as fast as that one takes it.

import type { Channel, Peer } from "../../client/api.ts";
import type { Transfer, Transfers } from "./transfers.ts";

const pieceBytes = 262_144;

export class FileSending {
  readonly #file: File;
  readonly #transfer: Transfer;
  readonly #transfers: Transfers;
  readonly #channel: Channel<unknown>;
  /** Bytes that have gone to each peer that wants them. */
  readonly #sent: Map<Peer, number>;

  /** @param peers whom it is for */
  constructor(
    file: File,
    transfer: Transfer,
    transfers: Transfers,
    channel: Channel<unknown>,
    peers: readonly Peer[],
  ) {
    this.#file = file;
    this.#transfer = transfer;
    this.#transfers = transfers;
    this.#channel = channel;
    this.#sent = new Map(peers.map((peer) => [peer, 0]));
  }

  /** Resolves once it is over. */
  async run(): Promise<void> {
    if (!this.#isGoing) return;
    const peers = [...this.#sent.keys()];
    const areSent = await Promise.all(peers.map((peer) => this.#sendTo(peer)));
    if (areSent.every(Boolean) && this.#isGoing) this.#transfers.complete(this.#transfer);
    else this.#transfers.end(this.#transfer, "interrupted");
  }

  /** A peer does not want the rest. */
  decline(peer: Peer): void {
    if (!this.#sent.delete(peer)) return;
    if (this.#sent.size === 0) return this.#transfers.end(this.#transfer, "cancelled");
    this.#transfer.who = toPeople(this.#sent.size);
    this.#show();
  }

  get #isGoing(): boolean {
    return this.#transfer.state === "going";
  }

  /** @returns whether the peer has all that it wants */
  async #sendTo(peer: Peer): Promise<boolean> {
    const { name, size } = this.#file;
    const { connection } = peer;
    // Another connection knows nothing of what went over the one before.
    const send = async (value: unknown): Promise<boolean> =>
      peer.connection === connection && (await this.#channel.send(value, peer));
    try {
      if (!(await send({ name, size, number: this.#transfer.number }))) return false;
      for (let at = 0; at < size; at += pieceBytes) {
        const piece = await this.#file.slice(at, at + pieceBytes).arrayBuffer();
        if (!this.#sent.has(peer)) return true;
        if (!this.#isGoing) {
          await send({ end: "cancelled" });
          return false;
        }
        if (!(await send(piece))) return false;
        if (this.#sent.has(peer)) this.#sent.set(peer, at + piece.byteLength);
        this.#show();
      }
      return true;
    } catch {
      // A file that has gone from the disk cannot be read.
      await send({ end: "interrupted" });
      return false;
    }
  }

  #show(): void {
    const sent = [...this.#sent.values()].reduce((sum, bytes) => sum + bytes, 0);
    this.#transfers.show(this.#transfer, sent / (this.#file.size * this.#sent.size || 1));
  }
}

export const toPeople = (count: number): string =>
  count === 1 ? "to 1 person" : `to ${count} people`;
