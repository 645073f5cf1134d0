// A named channel to all peers. Each side has a data channel of its own for what it sends, so that nobody has to agree on
// who opens it, and when.

import type { Channel, ChannelEvents, ChannelOptions, Peer } from "./api.ts";
import { Emitter } from "./emitter.ts";
import { pack, Unpacking } from "./pieces.ts";
import { Pipe } from "./pipe.ts";

export class NamedChannel<Value> implements Channel<Value> {
  readonly #name: string;
  readonly #options: ChannelOptions;
  readonly #emitter = new Emitter<ChannelEvents<Value>>();
  readonly #onError: (error: unknown) => void;
  readonly #pipes = new Map<Peer, Pipe>();

  constructor(name: string, options: ChannelOptions, onError: (error: unknown) => void) {
    this.#name = name;
    this.#options = options;
    this.#onError = onError;
  }

  on<Name extends keyof ChannelEvents<Value>>(
    name: Name,
    listener: ChannelEvents<Value>[Name],
  ): () => void {
    return this.#emitter.on(name, listener);
  }

  async send(value: Value, peer?: Peer): Promise<boolean> {
    const parcel = pack(value);
    const pipes = peer === undefined ? [...this.#pipes.values()] : [this.#pipes.get(peer)];
    const taken = await Promise.all(pipes.map((pipe) => pipe?.send(parcel) ?? false));
    return taken.every((isTaken) => isTaken);
  }

  /** Opens our side to a peer, in place of the one before. */
  attach(peer: Peer): void {
    const { maxRetransmits, maxPacketLifeTime } = this.#options;
    const channel = peer.connection.createDataChannel(this.#name, { ...this.#options });
    const isLossy = maxRetransmits !== undefined || maxPacketLifeTime !== undefined;
    this.#pipes.get(peer)?.end();
    this.#pipes.set(peer, new Pipe(channel, isLossy));
    channel.addEventListener("open", () => this.#emitter.emit("open", peer));
  }

  detach(peer: Peer): void {
    this.#pipes.get(peer)?.end();
    this.#pipes.delete(peer);
  }

  /** Takes what a peer sends on its side. @param held messages that came before */
  listen(peer: Peer, channel: RTCDataChannel, held: readonly unknown[] = []): void {
    const unpacking = new Unpacking();
    const take = (data: unknown) => {
      try {
        const whole = unpacking.take(data as string | ArrayBuffer);
        if (whole !== undefined) this.#emitter.emit("data", whole.value as Value, peer);
      } catch (error) {
        this.#onError(error);
      }
    };
    channel.addEventListener("message", ({ data }) => take(data));
    for (const data of held) take(data);
  }
}
