// A room: who is there, by what the server says, over lost connections and restarts of the server.

import type {
  Channel,
  ChannelOptions,
  JoinOptions,
  Peer,
  Room,
  RoomEvents,
  RoomState,
  Waiting,
} from "./api.ts";
import { NamedChannel } from "./channel.ts";
import { Emitter } from "./emitter.ts";
import type { Environment } from "./environment.ts";
import type { Entry, ServerFrame, SignalType, Welcome } from "./frames.ts";
import { Line } from "./line.ts";
import { configurationOf, RemotePeer, type Shared } from "./remote-peer.ts";
import { RoomError } from "./room-error.ts";
import { Roster } from "./roster.ts";
import { Settling } from "./settling.ts";
import { Signals } from "./signals.ts";

type IceGiven = Pick<Welcome, "iceServers" | "iceSeconds" | "iceTransportPolicy">;

export class JoinedRoom implements Room {
  readonly #options: JoinOptions;
  readonly #environment: Environment;
  readonly #emitter = new Emitter<RoomEvents>();
  readonly #channels = new Map<string, NamedChannel<unknown>>();
  readonly #streams = new Set<MediaStream>();
  readonly #shared: Shared;
  readonly #signals: Signals;
  readonly #line: Line;
  readonly #roster: Roster;
  readonly #stopNetwork: () => void;
  readonly #entered = new Settling();
  #id = "";
  #state: RoomState = "connecting";
  /** When the TURN credentials end, less a fifth of their time. */
  #iceDueAt = Number.POSITIVE_INFINITY;

  /** @param url of the topic */
  constructor(url: string, topic: string, options: JoinOptions, environment: Environment) {
    const { password, metadata } = options;
    this.#options = options;
    this.#environment = environment;
    this.#shared = {
      environment,
      channels: this.#channels,
      streams: this.#streams,
      configuration: configurationOf(options),
    };
    this.#signals = new Signals(password, topic, (frame) => this.#line.send(frame));
    this.#roster = new Roster(environment, {
      make: (entry) => this.#make(entry),
      came: (peer) => {
        this.#emitter.emit("peer", peer);
        peer.begin();
      },
      left: (peer) => {
        this.#signals.forget(peer.id);
        peer.close();
        this.#emitter.emit("left", peer);
      },
    });
    this.#line = new Line(
      {
        url,
        query: {
          ...(options.iceServers === undefined && { ice: "true" }),
          ...(metadata !== undefined && { metadata: JSON.stringify(metadata) }),
        },
        getToken: options.getToken,
        onFrame: (frame) => this.#receive(frame),
        onWaiting: (waiting) => this.#away(waiting),
        onRefused: (code, reason) => this.#close(new RoomError(code, reason)),
      },
      environment,
    );
    this.#stopNetwork = environment.onNetwork(() => {
      for (const peer of this.#roster.peers.values()) peer.restart();
    });
  }

  get me(): Room["me"] {
    return { id: this.#id, metadata: this.#options.metadata };
  }

  get state(): RoomState {
    return this.#state;
  }

  get peers(): ReadonlyMap<string, Peer> {
    return this.#roster.peers;
  }

  /** Resolves once the server has said who is there; rejects if the room is closed before that. */
  get entered(): Promise<void> {
    return this.#entered.promise;
  }

  on<Name extends keyof RoomEvents>(name: Name, listener: RoomEvents[Name]): () => void {
    return this.#emitter.on(name, listener);
  }

  channel<Value>(name: string, options: ChannelOptions = {}): Channel<Value> {
    const known = this.#channels.get(name);
    const channel = known ?? new NamedChannel<unknown>(name, options, (error) => this.#fail(error));
    this.#channels.set(name, channel);
    if (known === undefined)
      for (const peer of this.#roster.peers.values()) peer.claim(name, channel);
    // Who opens a channel knows what is said on it.
    return channel as NamedChannel<never> as Channel<Value>;
  }

  publish(stream: MediaStream): () => void {
    this.#streams.add(stream);
    for (const peer of this.#roster.peers.values()) peer.publish(stream);
    return () => {
      if (this.#streams.delete(stream))
        for (const peer of this.#roster.peers.values()) peer.unpublish(stream);
    };
  }

  leave(): void {
    if (this.#state === "closed") return;
    this.#line.close();
    this.#close();
  }

  #receive(frame: ServerFrame): void {
    switch (frame.type) {
      case "welcome":
        return this.#welcome(frame);
      case "peer-list":
        this.#roster.follow(frame.peers ?? []);
        this.#become("connected");
        return this.#entered.resolve();
      case "peer-joined":
        return this.#roster.add({ id: frame.peerId, metadata: frame.metadata });
      case "peer-left":
        return this.#roster.remove(frame.peerId);
      case "ice":
        return this.#renewIce(frame, true);
      case "offer":
      case "answer":
      case "ice-candidate":
        return this.#signal(frame.type, frame.from, frame.payload);
      case "error":
        // Signals that are lost are repeated by who sent them.
        return frame.code === "forbidden" ? this.#fail(new Error(frame.message)) : undefined;
      default:
        // Servers to come may say more.
        frame satisfies never;
    }
  }

  #welcome(welcome: Welcome): void {
    const isBack = welcome.resumed === true && welcome.selfId === this.#id;
    if (!isBack) this.#roster.clear();
    this.#id = welcome.selfId;
    if (welcome.iceServers !== undefined)
      this.#renewIce(welcome, this.#environment.now() >= this.#iceDueAt);
    if (!isBack) return;
    if (welcome.missed === true) this.#roster.hold((welcome.resumeSeconds ?? 0) * 1000);
    else this.#become("connected");
    for (const peer of this.#roster.peers.values()) peer.repeat();
  }

  #make({ id, metadata }: Entry): RemotePeer {
    return new RemotePeer(id, metadata, this.#shared, {
      isPolite: this.#id < id,
      send: (type, payload, isRepeated) => this.#send(type, id, payload, isRepeated),
      onError: (error) => this.#fail(error),
      onState: () => this.#roster.check(id),
    });
  }

  #signal(type: SignalType, from: string, payload: unknown): void {
    const peer = this.#roster.peers.get(from);
    const fail = (error: unknown) => this.#fail(error);
    peer?.receive(type, this.#signals.open(type, from, this.#id, payload).catch(fail));
  }

  #send(type: SignalType, to: string, payload: object, isRepeated = false): void {
    if (isRepeated && this.#state !== "connected") return;
    this.#signals.send(type, this.#id, to, payload);
  }

  #renewIce(given: IceGiven, isDue: boolean): void {
    this.#shared.configuration = configurationOf(given);
    this.#iceDueAt = this.#environment.now() + (given.iceSeconds ?? Number.POSITIVE_INFINITY) * 800;
    for (const peer of this.#roster.peers.values())
      peer.renewIce(isDue).catch((error: unknown) => this.#fail(error));
  }

  #away(waiting: Waiting): void {
    this.#become(this.#id === "" ? "connecting" : "away");
    this.#options.onWaiting?.(waiting);
  }

  #close(error?: RoomError): void {
    this.#stopNetwork();
    this.#roster.close();
    this.#become("closed");
    this.#entered.reject(error ?? new RoomError(0, "left"));
    if (error !== undefined) this.#fail(error);
  }

  #fail(error: unknown): undefined {
    this.#emitter.emit("error", error instanceof Error ? error : new Error(String(error)));
  }

  #become(state: RoomState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#emitter.emit("state", state);
  }
}
