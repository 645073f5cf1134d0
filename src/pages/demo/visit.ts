// One visit to a topic, by the client library: it connects, and this shows what it says.

import type { Channel, Peer, Room, Waiting } from "../../client/api.ts";
import { join } from "../../client/client.ts";
import type { Step } from "./connection.ts";
import type { Gathering } from "./gathering.ts";
import type { Company } from "./meeting.ts";
import { nameOf } from "./names.ts";
import { selectedPath } from "./path.ts";
import type { PeerCard } from "./peer-card.ts";

export interface VisitOptions {
  readonly topic: string;
  readonly name: string;
  /** If unset: those of the server. */
  readonly iceServers: readonly RTCIceServer[] | undefined;
  readonly gathering: Gathering;
  /** This page is in the topic, or again. */
  readonly onIn: (id: string) => void;
  readonly onWaiting: (waiting: Waiting) => void;
  /** The end of the visit, and why. */
  readonly onRefused: (problem: string) => void;
}

interface Guest {
  readonly name: string;
  readonly card: PeerCard;
}

const steps: Readonly<Record<RTCPeerConnectionState, Step>> = {
  new: "joined",
  connecting: "connecting",
  connected: "connecting",
  disconnected: "connecting",
  failed: "failed",
  closed: "failed",
};

export class Visit implements Company {
  readonly #options: VisitOptions;
  readonly #end = new AbortController();
  readonly #guests = new Map<Peer, Guest>();
  /** Those whose chat is open. */
  readonly #reached = new Set<Peer>();
  #room: Room | undefined;
  #chat: Channel<unknown> | undefined;
  #stream: MediaStream | undefined;
  #unpublish: (() => void) | undefined;

  constructor(options: VisitOptions) {
    this.#options = options;
    void this.#begin();
  }

  share(stream: MediaStream | undefined): void {
    this.#stream = stream;
    this.#unpublish?.();
    this.#unpublish = stream && this.#room?.publish(stream);
  }

  say(text: string): number {
    for (const peer of this.#reached) void this.#chat?.send(text, peer);
    return this.#reached.size;
  }

  close(): void {
    this.#end.abort();
    for (const { card } of this.#guests.values()) card.remove();
    this.#guests.clear();
    this.#reached.clear();
  }

  async #begin(): Promise<void> {
    const { topic, name, iceServers, onWaiting, onRefused } = this.#options;
    const { signal } = this.#end;
    try {
      const room = await join(location.origin, topic, {
        metadata: { name },
        signal,
        onWaiting: (waiting) => {
          if (!signal.aborted) onWaiting(waiting);
        },
        ...(iceServers !== undefined && { iceServers }),
      });
      this.#enter(room);
    } catch (error) {
      if (!signal.aborted) onRefused(error instanceof Error ? error.message : String(error));
    }
  }

  #enter(room: Room): void {
    const { gathering, onIn, onRefused } = this.#options;
    this.#room = room;
    const chat = room.channel("chat");
    this.#chat = chat;
    chat.on("open", (peer) => this.#reach(peer));
    chat.on("data", (text, peer) => {
      const guest = this.#guests.get(peer);
      if (guest !== undefined && typeof text === "string") gathering.addMessage(guest.name, text);
    });
    room.on("peer", (peer) => this.#add(peer));
    room.on("left", (peer) => this.#remove(peer));
    room.on("state", (state) => {
      if (state === "connected") onIn(room.me.id);
    });
    room.on("error", ({ message }) => {
      if (room.state === "closed") onRefused(message);
      else gathering.log(message, "error");
    });
    onIn(room.me.id);
    for (const peer of room.peers.values()) this.#add(peer);
    if (room.peers.size === 0) gathering.log("Nobody else is here yet");
    this.share(this.#stream);
  }

  #add(peer: Peer): void {
    const { gathering } = this.#options;
    const name = nameOf(peer.id, peer.metadata);
    const card = gathering.addPeer(peer.id, name);
    this.#guests.set(peer, { name, card });
    gathering.log(`${name} is here`);
    peer.on("state", (state) => {
      if (state === "connected" && this.#reached.has(peer)) return void this.#reach(peer);
      card.showStep(steps[state]);
      if (state === "failed") gathering.log(`${name}: failed, no path found; trying on`, "error");
    });
    peer.on("track", (_track, stream) => {
      if (stream === undefined) return;
      card.showStream(stream);
      stream.addEventListener("removetrack", () => {
        if (stream.getTracks().length === 0) card.showStream(undefined);
      });
    });
  }

  async #reach(peer: Peer): Promise<void> {
    const guest = this.#guests.get(peer);
    if (guest === undefined) return;
    this.#reached.add(peer);
    guest.card.showStep("connected");
    const path = await selectedPath(peer.connection);
    if (path === undefined || !this.#guests.has(peer)) return;
    guest.card.showPath(path.kind);
    const way = `${path.kind}, ${path.local} to ${path.remote}`;
    this.#options.gathering.log(`${guest.name}: ${way}`, "good");
  }

  #remove(peer: Peer): void {
    const guest = this.#guests.get(peer);
    this.#guests.delete(peer);
    this.#reached.delete(peer);
    if (guest === undefined) return;
    guest.card.remove();
    this.#options.gathering.log(`${guest.name} left`);
  }
}
