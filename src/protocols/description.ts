// What a protocol is on the wire, for readers and for programs: its addresses, every frame, error and close. `bun run docs`
// makes the tables of docs/protocols of it, and descriptions in AsyncAPI 3. The tests hold it against what is sent; the
// server itself does not need it.

import type { CloseReason } from "../core/close.ts";

/** JSON Schema, draft 7, as far as frames need it. */
export interface FrameSchema {
  readonly type?: "object" | "array" | "string" | "integer" | "boolean" | readonly string[];
  readonly const?: string;
  readonly enum?: readonly string[];
  readonly not?: FrameSchema;
  readonly properties?: Readonly<Record<string, FrameSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | FrameSchema;
  /** Of an array: of all items, or of the first ones by their place. */
  readonly items?: FrameSchema | readonly FrameSchema[];
  readonly additionalItems?: boolean | FrameSchema;
  readonly minItems?: number;
}

export interface FrameDescription {
  /** Who sends it. `both`: it passes as it was written. */
  readonly from: "client" | "server" | "both";
  /** Part of a sentence, for a table. */
  readonly about: string;
  readonly schema: FrameSchema;
  /** The frame as JSON. */
  readonly example: string;
}

export interface ErrorDescription {
  /** What the error says beside its code, if that is always the same. */
  readonly message?: string;
  readonly when: string;
}

export interface Description {
  /** The document in docs/protocols, without `.md`. */
  readonly page: string;
  readonly title: string;
  /** Paths of the socket, and what stands for the names in them. */
  readonly addresses: readonly string[];
  readonly parameters: Readonly<Record<string, string>>;
  /** What the query may have. */
  readonly query: Readonly<Record<string, string>>;
  /** By a name, which is that of its type where there is one. */
  readonly frames: Readonly<Record<string, FrameDescription>>;
  /** By the code or the text that a client reads; empty if the protocol has no errors. */
  readonly errors: Readonly<Record<string, ErrorDescription>>;
  /** Closes that no other protocol has. */
  readonly closes: readonly CloseReason[];
}

export const any: FrameSchema = {};
export const text: FrameSchema = { type: "string" };
export const textOrNull: FrameSchema = { type: ["string", "null"] };
export const integer: FrameSchema = { type: "integer" };
export const flag: FrameSchema = { type: "boolean" };

export const literal = (word: string): FrameSchema => ({ const: word });

export const oneOf = (...words: readonly string[]): FrameSchema => ({ enum: words });

export const list = (items: FrameSchema): FrameSchema => ({ type: "array", items });

/** An array whose items are these, in this order. */
export const tuple = (...items: readonly FrameSchema[]): FrameSchema => ({
  type: "array",
  items,
  minItems: items.length,
  additionalItems: false,
});

/** An object that has these members, and maybe others. @param optional names of members that may be missing */
export const open = (
  properties: Readonly<Record<string, FrameSchema>>,
  ...optional: readonly string[]
): FrameSchema => ({
  type: "object",
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
});

/** An object that has no others. */
export const exact = (
  properties: Readonly<Record<string, FrameSchema>>,
  ...optional: readonly string[]
): FrameSchema => ({ ...open(properties, ...optional), additionalProperties: false });
