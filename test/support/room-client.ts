// A client of the room protocol on a raw socket. Times that the server writes read as `now` in what it
// hears, so that whole frames compare.

import { describe } from "bun:test";
import { RawSocket } from "./raw-socket.ts";
import { heardWhenSettled, settled } from "./settled.ts";
import { sign } from "./tokens.ts";

/** The room protocol's two addresses, and how each spells the types of frames by itself. */
export const addresses = [
  { path: "/webrtc/ws", spelling: "underscore", refusal: 1008 },
  { path: "/ws/webrtc", spelling: "hyphen", refusal: 4003 },
] as const;

export type Address = (typeof addresses)[number];

/** Defines tests for each of the two. */
export function describeAddresses(define: (here: Address) => void): void {
  for (const address of addresses) describe(`at ${address.path}`, () => define(address));
}

/** A type as it is spelled at an address. */
export const spelled = (type: string, { spelling }: Address): string =>
  spelling === "hyphen" ? type.replaceAll("_", "-") : type;

export class RoomClient {
  readonly socket: RawSocket;
  readonly user: string;
  readonly room: string;
  /** Texts that came before anybody asked for them. */
  readonly #early: string[] = [];

  private constructor(socket: RawSocket, user: string, room: string) {
    this.socket = socket;
    this.user = user;
    this.room = room;
  }

  /** Connects as a user, and waits until it is in the room and all nodes know, or until it is refused. */
  static async open(
    url: URL,
    { path }: Address,
    room: string,
    user: string,
    { query = "", claims = {} }: { query?: string; claims?: Record<string, unknown> } = {},
  ): Promise<RoomClient> {
    const token = await sign({ sub: user, ...claims });
    const socket = await RawSocket.open(url, `${path}/${room}?token=${token}${query}`);
    const client = new RoomClient(socket, user, room);
    // One that is closed before it was told anything is told no more.
    await socket.next().then(
      (text) => client.#early.push(text),
      () => undefined,
    );
    await settled(url);
    return client;
  }

  send(message: unknown): void {
    this.socket.send(typeof message === "string" ? message : JSON.stringify(message));
  }

  async nextText(): Promise<string> {
    return this.#early.shift() ?? (await this.socket.next());
  }

  async next(): Promise<unknown> {
    return timeless(await this.nextText());
  }

  /** Every frame that the server has for this client by now: those before the answer to nonsense. */
  async heard(): Promise<readonly unknown[]> {
    const texts = await heardWhenSettled(this.socket.url, () => this.#fenced());
    return texts.map(timeless);
  }

  /** The same; of one whom the server closes, all that came before that. */
  async heardOrClosed(): Promise<readonly unknown[]> {
    const heard: string[] = [];
    await heardWhenSettled(this.socket.url, () => this.#fenced(heard)).catch(() => undefined);
    return heard.map(timeless);
  }

  /** Ends its connection, and waits until that is over. */
  async leave(): Promise<void> {
    this.socket.close(1000);
    await this.socket.gone;
  }

  /** @param texts takes them as they come */
  async #fenced(texts: string[] = []): Promise<readonly string[]> {
    this.send('{"type":"fence"}');
    const answer = errorIn(this.room, "INVALID_MESSAGE", "this type is not relayed");
    for (;;) {
      const text = await this.nextText();
      if (Bun.deepEquals(timeless(text), answer)) return texts;
      texts.push(text);
    }
  }
}

/** Takes all that they have heard so far. */
export async function settle(...clients: readonly RoomClient[]): Promise<void> {
  for (const client of clients) await client.heard();
}

/** A frame whose times of the server's own read as `now`. */
export const timeless = (text: string): unknown =>
  JSON.parse(text, (_key, value) =>
    typeof value === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value)
      ? "now"
      : value,
  );

const fromServer = (type: string, room: string, payload: object) => ({
  type,
  payload,
  sender_id: "server",
  room_id: room,
  timestamp: "now",
});

export const errorIn = (room: string, code: string, message: string, details: object = {}) =>
  fromServer("error", room, { code, message, details });

/** What the server says of a room, as it is spelled at an address. */
export const serverFrames = (address: Address, room: string) => ({
  state: (...users: readonly string[]) =>
    fromServer(spelled("room_state", address), room, listOf(room, users)),
  joined: (user: string) => fromServer(spelled("user_joined", address), room, eventOf(user)),
  left: (user: string) => fromServer(spelled("user_left", address), room, eventOf(user)),
});

const eventOf = (user: string) => ({ user_id: user, username: user, timestamp: "now" });

export const listOf = (room: string, users: readonly string[]) => ({
  room_id: room,
  participants: users.map((user) => ({ user_id: user, username: user, joined_at: "now" })),
  participant_count: users.length,
});

let rooms = 0;

/** A room's name that nobody else has. */
export const freshRoom = (): string => `room-${++rooms}`;
