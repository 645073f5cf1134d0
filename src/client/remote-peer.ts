// A peer of the room: its connection, which may be replaced if the peer begins anew, and what it shares with us.

import type { Peer, PeerEvents, PeerStats } from "./api.ts";
import type { NamedChannel } from "./channel.ts";
import { Emitter } from "./emitter.ts";
import type { Environment } from "./environment.ts";
import type { Signal, SignalType, Welcome } from "./frames.ts";
import { Link, type LinkOptions } from "./link.ts";
import { Senders } from "./senders.ts";
import { statsOf, usesRelay } from "./stats.ts";

const maxRenewalSeconds = 60;

/** Messages that are held for a channel that is not opened here yet. */
const maxHeld = 64;

/** What all peers of a room have in common. */
export interface Shared {
  readonly environment: Environment;
  readonly channels: ReadonlyMap<string, NamedChannel<unknown>>;
  readonly streams: ReadonlySet<MediaStream>;
  configuration: RTCConfiguration;
}

/** What of a grant of ICE servers is for `RTCPeerConnection`. */
export const configurationOf = ({
  iceServers = [],
  iceTransportPolicy = "all",
}: Partial<Pick<Welcome, "iceServers" | "iceTransportPolicy">>): RTCConfiguration => ({
  iceServers: [...iceServers],
  iceTransportPolicy,
});

interface Unclaimed {
  readonly channel: RTCDataChannel;
  readonly held: unknown[];
}

export type RemotePeerOptions = Pick<LinkOptions, "isPolite" | "send" | "onError" | "onState">;

export class RemotePeer implements Peer {
  readonly id: string;
  readonly metadata: unknown;
  readonly #shared: Shared;
  readonly #options: RemotePeerOptions;
  readonly #emitter = new Emitter<PeerEvents>();
  readonly #unclaimed = new Map<string, Unclaimed>();
  #link: Link;
  /** Connections that were made anew since the last one that came about. */
  #renewals = 0;
  #cancelRenewal = () => {};
  #senders: Senders;
  #signals: Promise<unknown> = Promise.resolve();

  constructor(id: string, metadata: unknown, shared: Shared, options: RemotePeerOptions) {
    this.id = id;
    this.metadata = metadata;
    this.#shared = shared;
    this.#options = options;
    this.#link = this.#connect();
    this.#senders = this.#newSenders();
  }

  get connection(): RTCPeerConnection {
    return this.#link.connection;
  }

  on<Name extends keyof PeerEvents>(name: Name, listener: PeerEvents[Name]): () => void {
    return this.#emitter.on(name, listener);
  }

  stats(): Promise<PeerStats> {
    return statsOf(this.connection);
  }

  /** Opens what is to be sent to it. Apart from making the peer, so that it can be told of first. */
  begin(): void {
    for (const channel of this.#shared.channels.values()) channel.attach(this);
    for (const stream of this.#shared.streams) this.publish(stream);
  }

  /** Takes signals one after the other. @param opened the payload, which may have to be decrypted first */
  receive(type: SignalType, opened: Promise<Signal | undefined>): void {
    this.#signals = this.#signals.then(async () => {
      const signal = await opened;
      if (signal === undefined || this.connection.signalingState === "closed") return;
      const fits = this.#link.fits(type, signal);
      if (fits === "stale") return;
      if (fits === "renewed") this.#renew();
      await this.#link.receive(type, signal);
    });
  }

  publish(stream: MediaStream): void {
    for (const track of stream.getTracks()) this.#senders.add(track, stream);
  }

  unpublish(stream: MediaStream): void {
    for (const track of stream.getTracks()) this.#senders.remove(track);
  }

  /** A channel of that name is open here from now on. */
  claim(name: string, channel: NamedChannel<unknown>): void {
    const unclaimed = this.#unclaimed.get(name);
    this.#unclaimed.delete(name);
    if (unclaimed !== undefined) channel.listen(this, unclaimed.channel, unclaimed.held.splice(0));
    channel.attach(this);
  }

  /** After the connection to the server was lost. */
  repeat(): void {
    this.#link.repeat();
  }

  /** The way to the peer may have changed. */
  restart(): void {
    if (this.connection.connectionState !== "new") this.connection.restartIce();
  }

  /** @param isDue whether the credentials before end soon: a relay does not go on after that */
  async renewIce(isDue: boolean): Promise<void> {
    this.#link.configure(this.#shared.configuration);
    if (isDue && (await usesRelay(this.connection))) this.restart();
  }

  close(): void {
    for (const channel of this.#shared.channels.values()) channel.detach(this);
    this.#cancelRenewal();
    this.#link.close();
  }

  #connect(): Link {
    const { environment, configuration } = this.#shared;
    const link: Link = new Link(
      {
        ...this.#options,
        configuration,
        onTrack: ({ track, streams }) => this.#emitter.emit("track", track, streams[0]),
        onChannel: (channel) => this.#take(channel),
        onBroken: () => this.#renewLater(link),
        onState: () => {
          if (link !== this.#link) return;
          if (this.connection.connectionState === "connected") this.#renewals = 0;
          this.#emitter.emit("state", this.connection.connectionState);
          this.#options.onState();
        },
      },
      environment,
    );
    return link;
  }

  /** At once the first time, and ever later where two cannot agree on keys at all. */
  #renewLater(link: Link): void {
    const renew = (): void => {
      if (link !== this.#link || link.connection.signalingState === "closed") return;
      this.#renew();
      this.#link.announce();
    };
    const seconds = Math.min(2 ** this.#renewals++ - 1, maxRenewalSeconds);
    if (seconds === 0) renew();
    else this.#cancelRenewal = this.#shared.environment.after(seconds * 1000, renew);
  }

  #renew(): void {
    this.#link.close();
    this.#unclaimed.clear();
    this.#link = this.#connect();
    this.#senders = this.#newSenders();
    this.begin();
  }

  #newSenders(): Senders {
    return new Senders(this.connection, this.#options.onError);
  }

  #take(channel: RTCDataChannel): void {
    channel.binaryType = "arraybuffer";
    const name = channel.label;
    const named = this.#shared.channels.get(name);
    if (named !== undefined) return named.listen(this, channel);
    const held: unknown[] = [];
    this.#unclaimed.set(name, { channel, held });
    const hold = ({ data }: MessageEvent) => {
      if (this.#unclaimed.get(name)?.held === held && held.length < maxHeld) held.push(data);
      else channel.removeEventListener("message", hold);
    };
    channel.addEventListener("message", hold);
  }
}
