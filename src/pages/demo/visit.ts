// One stay in a room: who is there, what is shared with them, and what they say. Which protocol brings them together is
// for whoever joins the room.

import type { Channel, Peer, Room } from "../../client/api.ts";
import type { Tone } from "../pieces/log.ts";
import { beginningOf } from "./beginning.ts";
import type { Files } from "./files.ts";
import { type About, Guest } from "./guest.ts";
import type { Sharing } from "./sharing.ts";
import { Speaking } from "./speaking.ts";

export interface RoomVisitEvents {
  /** There is something else to show. */
  readonly changed: () => void;
  readonly said: (name: string, text: string) => void;
  readonly log: (text: string, tone?: Tone) => void;
}

/** UTF-16 units of a chat message. */
export const maxMessageLength = 2000;

export class RoomVisit {
  readonly room: Room;
  readonly #events: RoomVisitEvents;
  readonly #sharing: Sharing;
  readonly #files: Files;
  readonly #guests = new Map<Peer, Guest>();
  readonly #published = new Map<MediaStream, () => void>();
  readonly #chat: Channel<unknown>;
  readonly #about: Channel<unknown>;
  readonly #speaking: Speaking;

  constructor(room: Room, sharing: Sharing, files: Files, events: RoomVisitEvents) {
    this.room = room;
    this.#events = events;
    this.#sharing = sharing;
    this.#files = files;
    this.#speaking = new Speaking(
      () => this.guests,
      () => sharing.camera?.getAudioTracks()[0],
      events.changed,
    );
    this.#chat = room.channel("chat");
    this.#chat.on("open", (peer) => this.#reach(peer));
    this.#chat.on("data", (text, peer) => {
      const guest = this.#guests.get(peer);
      if (guest !== undefined && typeof text === "string")
        events.said(guest.name, beginningOf(text, maxMessageLength));
    });
    this.#about = room.channel("about");
    this.#about.on("open", (peer) => void this.#about.send(this.#shown, peer));
    this.#about.on("data", (value, peer) => this.#guests.get(peer)?.tell(value));
    files.use(room.channel("file"), (peer) => this.#guests.get(peer)?.name ?? "");
    room.on("peer", (peer) => this.#add(peer));
    room.on("left", (peer) => this.#remove(peer));
    for (const peer of room.peers.values()) this.#add(peer);
    if (room.peers.size === 0) events.log("Nobody else is here yet");
    this.share();
  }

  get guests(): readonly Guest[] {
    return [...this.#guests.values()];
  }

  /** Those whom messages reach. */
  get reached(): readonly Peer[] {
    return this.guests.filter(({ isReached }) => isReached).map(({ peer }) => peer);
  }

  /** Whether the user speaks. */
  get isSpeaking(): boolean {
    return this.#speaking.isSelf;
  }

  /** What is shared has changed. */
  share(): void {
    const { camera, screen } = this.#sharing;
    const shared = new Set([camera, screen].filter((stream) => stream !== undefined));
    for (const [stream, stop] of this.#published) {
      if (shared.has(stream)) continue;
      this.#published.delete(stream);
      stop();
    }
    for (const stream of shared)
      if (!this.#published.has(stream)) this.#published.set(stream, this.room.publish(stream));
    void this.#about.send(this.#shown);
  }

  /** @returns how many it is sent to */
  say(text: string): number {
    for (const peer of this.reached) void this.#chat.send(text, peer);
    return this.reached.length;
  }

  close(): void {
    this.#speaking.stop();
    this.#files.end();
    this.#guests.clear();
  }

  get #shown(): About {
    const { screen, isMuted, isDark } = this.#sharing;
    return { screen: screen?.id ?? "", isMuted, isDark };
  }

  #add(peer: Peer): void {
    const guest = new Guest(peer, this.#events.changed, () => this.#files.lost(peer));
    this.#guests.set(peer, guest);
    this.#events.log(`${guest.name} is here`);
    peer.on("state", (state) => {
      if (state === "failed")
        this.#events.log(`${guest.name}: failed, no path found; trying on`, "error");
    });
    this.#events.changed();
  }

  async #reach(peer: Peer): Promise<void> {
    const guest = this.#guests.get(peer);
    const path = await guest?.reach();
    if (guest === undefined || path === undefined || !this.#guests.has(peer)) return;
    const { kind, local, remote } = path;
    this.#events.log(`${guest.name}: ${kind}, ${local} to ${remote}`, "good");
  }

  #remove(peer: Peer): void {
    const guest = this.#guests.get(peer);
    if (!this.#guests.delete(peer) || guest === undefined) return;
    this.#files.lost(peer);
    this.#events.log(`${guest.name} left`);
    this.#events.changed();
  }
}
