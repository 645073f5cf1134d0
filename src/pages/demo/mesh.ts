// Everyone with everyone: one connection for each peer of the topic.
// The server's word on who is there is the truth; this follows it, and passes on signals,
// chat and the camera between the connections and the view.

import { Connection, type Step } from "./connection.ts";
import type { Tone } from "./lines.ts";
import { nameOf } from "./names.ts";
import type { PeerCard } from "./peer-card.ts";
import type { Member, ServerFrame, SignalType } from "./signaling.ts";
import type { View } from "./view.ts";

interface Peer {
  readonly name: string;
  readonly connection: Connection;
  readonly card: PeerCard;
}

export interface MeshOptions {
  readonly view: View;
  readonly iceServers: readonly RTCIceServer[];
  readonly send: (type: SignalType, to: string, payload: unknown) => void;
}

/** The peers of one topic, as long as the user stays in it. */
export class Mesh {
  readonly #options: MeshOptions;
  readonly #peers = new Map<string, Peer>();
  #selfId = "";
  #stream: MediaStream | undefined;

  constructor(options: MeshOptions) {
    this.#options = options;
  }

  /** Follows what the server says. */
  receive(frame: ServerFrame): void {
    switch (frame.type) {
      case "welcome":
        // Under a new id, this is somebody new to the others: they drop the old connections too.
        this.close();
        this.#selfId = frame.selfId;
        break;
      case "peer-list":
        this.#reconcile(frame.peers ?? []);
        break;
      case "peer-joined":
        this.#add({ id: frame.peerId, metadata: frame.metadata });
        break;
      case "peer-left":
        this.#remove(frame.peerId);
        break;
      case "error":
        this.#log(`Server: ${frame.message} (${frame.code})`, "error");
        break;
      default:
        this.#signal(frame.from, frame.type, frame.payload);
    }
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

  /** Drops every connection. */
  close(): void {
    for (const id of [...this.#peers.keys()]) this.#drop(id);
  }

  /** A list can come at any time: the server sends one when it could not keep this page informed. */
  #reconcile(members: readonly Member[]): void {
    const present = new Set(members.map(({ id }) => id));
    for (const id of [...this.#peers.keys()]) if (!present.has(id)) this.#remove(id);
    for (const member of members) this.#add(member);
    this.#log(members.length === 0 ? "Nobody else is here yet" : `${members.length} here already`);
  }

  #add({ id, metadata }: Member): void {
    if (this.#peers.has(id)) return;
    const name = nameOf(id, metadata);
    const card = this.#options.view.addPeer(id, name);
    this.#log(`${name} is here`);
    const connection = this.#connect(id, name, card);
    connection.share(this.#stream);
    this.#peers.set(id, { name, connection, card });
  }

  #connect(id: string, name: string, card: PeerCard): Connection {
    const { view, iceServers, send } = this.#options;
    return new Connection({
      polite: this.#selfId < id,
      iceServers,
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
      onMessage: (text) => view.addMessage(name, text),
      onStream: (stream) => {
        card.showStream(stream);
        this.#log(`${name}: ${stream ? "shares a camera" : "stopped sharing"}`);
      },
      onError: (error) => this.#log(`${name}: ${error}`, "error"),
    });
  }

  #signal(from: string, type: SignalType, payload: unknown): void {
    const peer = this.#peers.get(from);
    if (!peer) return;
    if (type === "ice-candidate") this.#log(`${peer.name}: candidate received`, "detail");
    peer.connection.receive(type, payload);
  }

  #remove(id: string): void {
    const peer = this.#peers.get(id);
    if (peer) this.#log(`${peer.name} left`);
    this.#drop(id);
  }

  #drop(id: string): void {
    const peer = this.#peers.get(id);
    this.#peers.delete(id);
    peer?.connection.close();
    peer?.card.remove();
  }

  #log(text: string, tone?: Tone): void {
    this.#options.view.log(text, tone);
  }
}

function toneOf(step: Step): Tone | undefined {
  if (step === "connected") return "good";
  return step === "failed" ? "error" : undefined;
}
