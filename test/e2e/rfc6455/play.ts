// Plays a row of a table: writes its frames, in one segment or in many, and notes what comes until the connection
// has ended.

import { encodeFrame, type Incoming, opcodes } from "../../support/raw-frame.ts";
import { type End, RawSocket } from "../../support/raw-socket.ts";
import { type Case, partsOf, shown } from "./case.ts";

/** What was heard of a connection after its greeting. */
export interface Heard {
  readonly texts: readonly string[];
  /** In hexadecimal. */
  readonly pongs: readonly string[];
  readonly end: End;
}

/** How frames are cut into segments. */
export type Way = (frames: readonly Buffer[]) => readonly Buffer[];

/** Bytes up to which a conversation is cut into single ones. */
const maxOctets = 1024;

/** Bytes of a segment beyond that, as Autobahn has it: a prime, so that cuts come everywhere. */
const chopBytes = 997;

export const ways: Readonly<Record<string, Way>> = {
  "in one segment": (frames) => [Buffer.concat(frames)],
  "frame by frame": (frames) => frames,
  "octet by octet": (frames) => {
    const isShort = Buffer.concat(frames).length <= maxOctets;
    return frames.flatMap((frame) => partsOf(frame, isShort ? 1 : chopBytes));
  },
};

/**
 * Knows what the server has read and answered: what was written before pings on another connection, once those are
 * answered. Of three pings, one after the other: what came before the first may be seen by `epoll` after it, and with
 * the second, but not after the third.
 */
export class Fence {
  readonly #socket: RawSocket;
  #current = Promise.resolve();
  #next: Promise<void> | undefined;

  private constructor(socket: RawSocket) {
    this.#socket = socket;
  }

  static async raise(url: URL): Promise<Fence> {
    return new Fence(await RawSocket.open(url, "/signal"));
  }

  /** Those who ask while it is passed share the next time. */
  pass(): Promise<void> {
    this.#next ??= this.#current.then(() => {
      this.#next = undefined;
      this.#current = this.#round();
      return this.#current;
    });
    return this.#next;
  }

  async #round(): Promise<void> {
    for (const _turn of [1, 2, 3]) {
      this.#socket.sendFrame({ opcode: opcodes.ping });
      await this.#socket.nextFrame();
    }
  }
}

const farewell = { code: 1000, reason: "done" };

/** Opens a session, and reads its greeting. */
export async function open(url: URL): Promise<RawSocket> {
  const socket = await RawSocket.open(url, "/ws");
  const greeting = await socket.next();
  if (!greeting.startsWith('{"type":"connected"')) throw new Error(`no greeting: ${greeting}`);
  return socket;
}

export async function play(
  url: URL,
  fence: Fence,
  way: Way,
  { frames, end }: Case,
): Promise<Heard> {
  const socket = await open(url);
  for (const segment of way(frames.map(encodeFrame))) {
    socket.sendBytes(segment);
    await fence.pass();
  }
  if (end === undefined) socket.close(farewell.code, farewell.reason);
  return await heard(socket);
}

/** All that comes until the connection, not only the conversation, has ended. */
export async function heard(socket: RawSocket): Promise<Heard> {
  await socket.gone;
  const end = await socket.closed;
  const frames = await socket.restOfFrames();
  return { texts: textsIn(frames), pongs: pongsIn(frames), end };
}

const textsIn = (frames: readonly Incoming[]): readonly string[] =>
  frames
    .filter(({ opcode }) => opcode !== opcodes.pong)
    .map(({ opcode, payload }) => {
      if (opcode !== opcodes.text) return `a frame of opcode ${opcode}`;
      return shown(payload.toString("utf8"));
    });

const pongsIn = (frames: readonly Incoming[]): readonly string[] =>
  frames
    .filter(({ opcode }) => opcode === opcodes.pong)
    .map(({ payload }) => payload.toString("hex"));

/** What must be heard, as far as the row says it. */
export function due({ texts = [], pongs = [], end = farewell }: Case, got: Heard): Heard {
  return {
    texts,
    pongs: pongs.map((payload) => Buffer.from(payload).toString("hex")),
    end: typeof end === "number" ? { code: end, reason: got.end.reason } : end,
  };
}
