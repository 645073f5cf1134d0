// Files by data channel, one after the other. A file is `{name, size, number}`, by the number that its sender gives it, and
// then its bytes in order. `{end}` says that no more of it comes, and `{unwanted}`, to its sender, that no more is wanted.

import type { Channel, Peer } from "../../client/api.ts";
import { beginningOf } from "./beginning.ts";
import { FileSending, toPeople } from "./file-sending.ts";
import { type Transfer, Transfers } from "./transfers.ts";

/** A file that comes in. */
interface IncomingFile {
  readonly transfer: Transfer;
  /** As its sender gives it. */
  readonly number: unknown;
  readonly parts: Uint8Array<ArrayBuffer>[];
}

const maxFileBytes = 256 * 1024 * 1024;

export class Files {
  readonly #transfers: Transfers;
  readonly #incoming = new Map<Peer, IncomingFile>();
  /** By the numbers of their transfers. */
  readonly #sending = new Map<unknown, FileSending>();
  #channel: Channel<unknown> | undefined;
  #sent: Promise<void> = Promise.resolve();

  /**
   * @param changed is called after each change
   * @param maxKeptBytes of all files that came, complete or not: the oldest complete ones are forgotten. Default: 512 MiB
   */
  constructor(changed: () => void, maxKeptBytes?: number) {
    this.#transfers = new Transfers(changed, maxKeptBytes);
  }

  /** Newest first. */
  get transfers(): readonly Transfer[] {
    return this.#transfers.all;
  }

  /** Takes files from this channel, and sends them there, in place of the one before. */
  use(channel: Channel<unknown>, nameOf: (peer: Peer) => string): void {
    this.end();
    this.#channel = channel;
    channel.on("data", (value, peer) => {
      if (channel !== this.#channel) return;
      if (value instanceof Uint8Array) this.#take(value, peer);
      else this.#read(value, peer, nameOf(peer));
    });
  }

  /** Sends a file, after those before it. @returns why it is not sent; empty if it is */
  send(file: File, peers: readonly Peer[]): string {
    const channel = this.#channel;
    if (channel === undefined || peers.length === 0)
      return "Nobody is connected yet, so nobody can get a file.";
    if (file.size > maxFileBytes) return `Files may have ${maxFileBytes >> 20} MiB at most.`;
    const transfer = this.#transfers.add(file.name, file.size, toPeople(peers.length));
    if (transfer === undefined) return "Too many files are under way: wait for one, or cancel it.";
    const sending = new FileSending(file, transfer, this.#transfers, channel, peers);
    this.#sending.set(transfer.number, sending);
    this.#sent = this.#sent
      .then(() => sending.run())
      .finally(() => this.#sending.delete(transfer.number));
    return "";
  }

  /** Neither sends nor takes the rest of a file. The other side is told. */
  cancel(transfer: Transfer): void {
    this.#transfers.end(transfer, "cancelled");
    for (const [peer, incoming] of this.#incoming)
      if (incoming.transfer === transfer) this.#refuse(peer, incoming.number);
  }

  /** Neither takes nor sends any more. */
  end(): void {
    this.#channel = undefined;
    this.#sent = Promise.resolve();
    this.#incoming.clear();
    this.#sending.clear();
    for (const transfer of this.transfers) this.#transfers.end(transfer, "interrupted");
  }

  /** A peer is gone, or its connection, and with it what it has not sent yet. */
  lost(peer: Peer): void {
    this.#endOf(peer, "interrupted");
  }

  /** @param value as the peer has sent it */
  #read(value: unknown, peer: Peer, who: string): void {
    const { name, size, number, end, unwanted } = Object(value);
    if (unwanted !== undefined) return this.#sending.get(unwanted)?.decline(peer);
    this.#endOf(peer, end === "cancelled" ? end : "interrupted");
    if (typeof name !== "string" || !Number.isInteger(size) || size < 0 || size > maxFileBytes)
      return;
    const transfer = this.#transfers.add(beginningOf(name, 255), size, `from ${who}`);
    if (transfer === undefined) return this.#refuse(peer, number);
    const incoming = { transfer, number, parts: [] };
    if (size === 0) this.#complete(incoming);
    else this.#incoming.set(peer, incoming);
  }

  #take(piece: Uint8Array, peer: Peer): void {
    const incoming = this.#incoming.get(peer);
    // Empty pieces would take memory that nobody counts.
    if (incoming === undefined || piece.length === 0) return;
    const { transfer, parts, number } = incoming;
    const isTooLong = transfer.keptBytes + piece.length > transfer.size;
    if (isTooLong || !this.#transfers.keep(transfer, piece.length)) {
      this.#transfers.end(transfer, "interrupted");
      return this.#refuse(peer, number);
    }
    parts.push(new Uint8Array(piece));
    if (transfer.keptBytes < transfer.size) return;
    this.#incoming.delete(peer);
    this.#complete(incoming);
  }

  /** Of no type: a page that somebody has sent is not to be shown as one of ours. */
  #complete({ transfer, parts }: IncomingFile): void {
    this.#transfers.complete(transfer, URL.createObjectURL(new Blob(parts)));
  }

  /** Tells the sender of a file that no more of it is wanted. */
  #refuse(peer: Peer, number: unknown): void {
    this.#incoming.delete(peer);
    if (Number.isInteger(number)) void this.#channel?.send({ unwanted: number }, peer);
  }

  #endOf(peer: Peer, state: "interrupted" | "cancelled"): void {
    const incoming = this.#incoming.get(peer);
    this.#incoming.delete(peer);
    if (incoming !== undefined) this.#transfers.end(incoming.transfer, state);
  }
}
