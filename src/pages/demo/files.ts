// Files by data channel. A file is its name and size, and then its bytes in order; one after the other.

import type { Channel, Peer } from "../../client/api.ts";

export interface Transfer {
  readonly number: number;
  readonly name: string;
  readonly size: number;
  /** `from Ann`, `to 2 people`. */
  readonly who: string;
  /** From 0 to 1. */
  progress: number;
  state: "going" | "complete" | "interrupted";
  /** Of what was received. */
  url?: string;
}

/** A file that comes in. */
interface IncomingFile {
  readonly transfer: Transfer;
  readonly parts: Uint8Array<ArrayBuffer>[];
  bytes: number;
}

const pieceBytes = 262_144;

/** A page keeps what it has got. */
const maxFileBytes = 256 * 1024 * 1024;
const maxTransfers = 20;

export class Files {
  readonly #changed: () => void;
  readonly #incoming = new Map<Peer, IncomingFile>();
  #channel: Channel<unknown> | undefined;
  #sent: Promise<void> = Promise.resolve();
  #number = 0;
  /** Newest first. */
  transfers: readonly Transfer[] = [];

  /** @param changed is called after each change */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** Takes files from this channel, and sends them there, in place of the one before. */
  use(channel: Channel<unknown>, nameOf: (peer: Peer) => string): void {
    this.end();
    this.#channel = channel;
    channel.on("data", (value, peer) => {
      if (value instanceof Uint8Array) this.#take(value, peer);
      else this.#begin(value, peer, nameOf(peer));
    });
  }

  /** Sends a file, after those before it. @returns why it is not sent; empty if it is */
  send(file: File, peers: readonly Peer[]): string {
    const channel = this.#channel;
    if (channel === undefined || peers.length === 0)
      return "Nobody is connected yet, so nobody can get a file.";
    if (file.size > maxFileBytes) return `Files may have ${maxFileBytes >> 20} MiB at most.`;
    const who = peers.length === 1 ? "to 1 person" : `to ${peers.length} people`;
    const transfer = this.#add(file.name, file.size, who);
    this.#sent = this.#sent.then(() => this.#send(file, transfer, channel, peers));
    return "";
  }

  /** Neither takes nor sends any more. */
  end(): void {
    this.#channel = undefined;
    this.#sent = Promise.resolve();
    this.#incoming.clear();
    for (const transfer of this.transfers) this.#end(transfer, "interrupted");
  }

  /** A peer is gone, and with it what it has not sent yet. */
  lost(peer: Peer): void {
    const incoming = this.#incoming.get(peer);
    this.#incoming.delete(peer);
    if (incoming !== undefined) this.#end(incoming.transfer, "interrupted");
  }

  async #send(
    file: File,
    transfer: Transfer,
    channel: Channel<unknown>,
    peers: readonly Peer[],
  ): Promise<void> {
    if (transfer.state !== "going") return;
    const { name, size } = file;
    let bytes = 0;
    const sendTo = async (peer: Peer): Promise<boolean> => {
      if (!(await channel.send({ name, size }, peer))) return false;
      for (let at = 0; at < size; at += pieceBytes) {
        const piece = await file.slice(at, at + pieceBytes).arrayBuffer();
        if (!(await channel.send(piece, peer))) return false;
        bytes += piece.byteLength;
        transfer.progress = bytes / (size * peers.length);
        this.#changed();
      }
      return true;
    };
    // A file that has gone from the disk cannot be read.
    const isSent = await Promise.all(peers.map((peer) => sendTo(peer).catch(() => false)));
    this.#end(transfer, isSent.every(Boolean) ? "complete" : "interrupted");
  }

  /** @param value as the peer has sent it */
  #begin(value: unknown, peer: Peer, who: string): void {
    this.lost(peer);
    const { name, size } = Object(value);
    if (typeof name !== "string" || !Number.isInteger(size) || size < 0 || size > maxFileBytes)
      return;
    const transfer = this.#add(name.slice(0, 255), size, `from ${who}`);
    this.#incoming.set(peer, { transfer, parts: [], bytes: 0 });
    if (size === 0) this.#take(new Uint8Array(), peer);
  }

  #take(piece: Uint8Array, peer: Peer): void {
    const incoming = this.#incoming.get(peer);
    if (incoming === undefined) return;
    const { transfer, parts } = incoming;
    parts.push(new Uint8Array(piece));
    incoming.bytes += piece.length;
    transfer.progress = transfer.size === 0 ? 1 : incoming.bytes / transfer.size;
    if (incoming.bytes < transfer.size) return this.#changed();
    this.#incoming.delete(peer);
    if (incoming.bytes > transfer.size) return this.#end(transfer, "interrupted");
    // Of no type: a page that somebody has sent is not to be shown as one of ours.
    if (this.transfers.includes(transfer)) transfer.url = URL.createObjectURL(new Blob(parts));
    this.#end(transfer, "complete");
  }

  #add(name: string, size: number, who: string): Transfer {
    const number = ++this.#number;
    const transfer: Transfer = { number, name, size, who, progress: 0, state: "going" };
    const all = [transfer, ...this.transfers];
    for (const { url } of all.slice(maxTransfers)) if (url !== undefined) URL.revokeObjectURL(url);
    this.transfers = all.slice(0, maxTransfers);
    this.#changed();
    return transfer;
  }

  #end(transfer: Transfer, state: "complete" | "interrupted"): void {
    if (transfer.state !== "going") return;
    transfer.state = state;
    if (state === "complete") transfer.progress = 1;
    this.#changed();
  }
}
