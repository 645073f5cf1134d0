// What a client writes, and what the server must make of it: the rows of the tables in this folder. They follow
// RFC 6455, section by section, and the list of Autobahn's test suite, whose numbers stand in the names.
//
// Clients speak the session protocol: it answers a ping with what is in it as it was written, and says of a text that
// is no message that it is none, without ending the connection.

import { type Outgoing, opcodes } from "../../support/raw-frame.ts";
import type { End } from "../../support/raw-socket.ts";

export interface Case {
  readonly what: string;
  /** What is written after the upgrade. */
  readonly frames: readonly Outgoing[];
  /** The texts that must come, in order; none by default. */
  readonly texts?: readonly string[];
  /** The payloads of the pongs that must come, in order; none by default. */
  readonly pongs?: readonly (string | Uint8Array)[];
  /**
   * How the server ends the connection: by this code, with whatever reason, or with this one. Left out: the client
   * ends it, with 1000.
   */
  readonly end?: number | End;
}

export interface Section {
  readonly title: string;
  readonly cases: readonly Case[];
}

/** The longest message that the server takes. */
export const maxFrameBytes = 65_536;

/** The longest message that is read at all, so that a protocol can say that it is too long. */
export const maxReadBytes = 4 * maxFrameBytes;

const head = '{"type":"ping","timestamp":';
const tail = "}";

/** Bytes of the shortest message whose answer shows what was in it. */
export const leastBytes = `${head}""${tail}`.length;

/** A message that has this value in it. @param json as it is written */
export const message = (json: string): string => `${head}${json}${tail}`;

/** The answer to it, as `shown` has it. */
export const echo = (json: string): string => `echo ${brief(json)}`;

/** The answer to a text that is no message. */
export const noMessage = "error Message is not a JSON object";

/** A message of so many bytes, and its answer. @param character it is filled with, of one byte */
export function messageOf(bytes: number, character = "x"): readonly [text: string, echo: string] {
  const json = JSON.stringify(character.repeat(bytes - leastBytes));
  return [message(json), echo(json)];
}

/** An answer of the server, without what differs from one time to another. */
export function shown(text: string): string {
  const [, json] =
    /^\{"type":"pong",.*?"clientTimestamp":(.*),"serverTimestamp":\d+\}$/s.exec(text) ?? [];
  if (json !== undefined) return echo(json);
  const [, error] = /^\{"type":"error",.*?"error":"(.*)","errorCode":/.exec(text) ?? [];
  return error === undefined ? `something else: ${brief(text)}` : `error ${error}`;
}

/** A long text is shown by its length and hash, so that a difference can be read. */
const brief = (text: string): string =>
  text.length < 200 ? text : `${text.length} characters, hash ${Bun.hash(text)}`;

export const text = (payload: string | Uint8Array, more: Partial<Outgoing> = {}): Outgoing => ({
  payload,
  ...more,
});

export const binary = (payload: string | Uint8Array): Outgoing => ({
  opcode: opcodes.binary,
  payload,
});

export const ping = (payload: string | Uint8Array = ""): Outgoing => ({
  opcode: opcodes.ping,
  payload,
});

export const pong = (payload: string | Uint8Array = ""): Outgoing => ({
  opcode: opcodes.pong,
  payload,
});

export const continuation = (
  payload: string | Uint8Array = "",
  more: Partial<Outgoing> = {},
): Outgoing => ({ opcode: opcodes.continuation, payload, ...more });

/** One message in several frames. */
export function fragments(
  parts: readonly (string | Uint8Array)[],
  opcode: number = opcodes.text,
): readonly Outgoing[] {
  return parts.map((payload, index) => ({
    opcode: index === 0 ? opcode : opcodes.continuation,
    fin: index === parts.length - 1,
    payload,
  }));
}

/** A text cut in two at a byte. */
export function halves(whole: string | Uint8Array, at: number): readonly [Buffer, Buffer] {
  const bytes = Buffer.from(whole);
  return [bytes.subarray(0, at), bytes.subarray(at)];
}

/** A text in parts of so many bytes. */
export function partsOf(whole: string | Uint8Array, bytes: number): readonly Buffer[] {
  const all = Buffer.from(whole);
  return Array.from({ length: Math.ceil(all.length / bytes) }, (_, index) =>
    all.subarray(index * bytes, (index + 1) * bytes),
  );
}

/** A short message, and what comes of it: for what must go on, or must not. */
export const hello = text(message('"Hello"'));
export const helloEcho = echo('"Hello"');
