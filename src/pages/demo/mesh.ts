// Everyone with everyone: one connection for each person who is there. Who that is, its user says; this
// passes on signals, chat and the camera between the connections and the page.

import { Connection, type Step } from "./connection.ts";
import type { Gathering } from "./gathering.ts";
import type { Tone } from "./lines.ts";
import type { PeerCard } from "./peer-card.ts";
import type { Connector, Person, SignalType } from "./people.ts";

interface Peer {
  readonly name: string;
  readonly connection: Connection;
  readonly card: PeerCard;
}

export interface MeshOptions {
  readonly gathering: Gathering;
  /** Asked for each connection: credentials in it may be good for a time only. */
  readonly configuration: () => RTCConfiguration;
  readonly send: (type: SignalType, to: string, payload: object) => void;
}

/** The people of one meeting, as long as the user stays in it. */
export class Mesh implements Connector {
  readonly #options: MeshOptions;
  readonly #peers = new Map<string, Peer>();
  #stream: MediaStream | undefined;

  constructor(options: MeshOptions) {
    this.#options = options;
  }

  follow(people: readonly Person[]): void {
    const present = new Set(people.map(({ id }) => id));
    for (const id of [...this.#peers.keys()]) if (!present.has(id)) this.remove(id);
    for (const person of people) this.add(person);
  }

  /** Somebody is there; nothing happens if that is known. */
  add({ id, name, isPolite }: Person): void {
    if (this.#peers.has(id)) return;
    const card = this.#options.gathering.addPeer(id, name);
    this.#log(`${name} is here`);
    const connection = this.#connect(id, name, card, isPolite);
    connection.share(this.#stream);
    this.#peers.set(id, { name, connection, card });
  }

  /** Somebody has left. */
  remove(id: string): void {
    const peer = this.#peers.get(id);
    if (peer) this.#log(`${peer.name} left`);
    this.#drop(id);
  }

  renew(id: string): void {
    const peer = this.#peers.get(id);
    this.#drop(id);
    if (peer) this.add({ id, name: peer.name, isPolite: false });
  }

  receive(from: string, type: SignalType, payload: unknown): void {
    const peer = this.#peers.get(from);
    if (!peer) return;
    if (type === "ice-candidate") this.#log(`${peer.name}: candidate received`, "detail");
    peer.connection.receive(type, payload);
  }

  /** Shares `stream` with everyone here and everyone who comes; undefined stops that. */
  share(stream: MediaStream | undefined): void {
    this.#stream = stream;
    for (const { connection } of this.#peers.values()) connection.share(stream);
  }

  /** Sends a chat message to everyone connected, and answers how many that were. */
  say(text: string): number {
    const peers = [...this.#peers.values()];
    return peers.filter(({ connection }) => connection.sendMessage(text)).length;
  }

  close(): void {
    for (const id of [...this.#peers.keys()]) this.#drop(id);
  }

  #connect(id: string, name: string, card: PeerCard, isPolite: boolean): Connection {
    const { gathering, configuration, send } = this.#options;
    return new Connection({
      polite: isPolite,
      configuration: configuration(),
      send: (type, payload) => {
        if (type === "ice-candidate") this.#log(`${name}: candidate sent`, "detail");
        send(type, id, payload);
      },
      onStep: (step) => {
        card.showStep(step);
        const more = step === "failed" ? ", no path found; trying on" : "";
        this.#log(`${name}: ${step}${more}`, toneOf(step));
      },
      onPath: (path) => {
        card.showPath(path.kind);
        this.#log(`${name}: ${path.kind}, ${path.local} to ${path.remote}`, "good");
      },
      onMessage: (text) => gathering.addMessage(name, text),
      onStream: (stream) => {
        card.showStream(stream);
        this.#log(`${name}: ${stream ? "shares a camera" : "stopped sharing"}`);
      },
      onError: (error) => this.#log(`${name}: ${error}`, "error"),
    });
  }

  #drop(id: string): void {
    const peer = this.#peers.get(id);
    this.#peers.delete(id);
    peer?.connection.close();
    peer?.card.remove();
  }

  #log(text: string, tone?: Tone): void {
    this.#options.gathering.log(text, tone);
  }
}

function toneOf(step: Step): Tone | undefined {
  if (step === "connected") return "good";
  return step === "failed" ? "error" : undefined;
}
