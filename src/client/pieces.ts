// Values on a data channel. Text is JSON. A binary message begins with what it is: bytes as they are, or one piece of a
// value that is longer than a message should be.

/** Browsers of all makes take messages of this size from each other. */
export const maxPieceBytes = 16_384;

/** Bytes of one value. */
export const maxValueBytes = 64 * 1024 * 1024;

/** Values that are incomplete at a time: without order, the next begins before the last is complete. */
const maxIncomplete = 8;

const kinds = { bytes: 0, piece: 1, pieceOfText: 2 } as const;

/** Kind (1 byte); number of the value, of the piece, and of all pieces (4 bytes each). */
const headBytes = 13;

export type Message = string | Uint8Array<ArrayBuffer>;

/** A value as it travels. */
export interface Parcel {
  readonly bytes: number;
  messages(number: number): Iterable<Message>;
}

/** Throws a `TypeError` for what is no JSON, and a `RangeError` for more than `maxValueBytes`. */
export function pack(value: unknown): Parcel {
  const binary = binaryOf(value);
  const text = binary === undefined ? JSON.stringify(value) : undefined;
  if (binary === undefined && text === undefined) throw new TypeError("the value is not JSON");
  if (text !== undefined && text.length * 3 <= maxPieceBytes)
    return { bytes: text.length, messages: () => [text] };
  const bytes = binary ?? new TextEncoder().encode(text);
  if (bytes.length > maxValueBytes) throw new RangeError(`more than ${maxValueBytes} bytes`);
  if (text !== undefined && bytes.length <= maxPieceBytes)
    return { bytes: bytes.length, messages: () => [text] };
  if (bytes.length < maxPieceBytes) return { bytes: bytes.length, messages: () => [whole(bytes)] };
  const kind = text === undefined ? kinds.piece : kinds.pieceOfText;
  return { bytes: bytes.length, messages: (number) => pieces(kind, number, bytes) };
}

function binaryOf(value: unknown): Uint8Array | undefined {
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  return ArrayBuffer.isView(value)
    ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    : undefined;
}

function whole(bytes: Uint8Array): Message {
  const message = new Uint8Array(bytes.length + 1);
  message.set(bytes, 1);
  return message;
}

function* pieces(kind: number, number: number, bytes: Uint8Array): Iterable<Message> {
  const size = maxPieceBytes - headBytes;
  const count = Math.ceil(bytes.length / size);
  for (let index = 0; index < count; index++) {
    const part = bytes.subarray(index * size, (index + 1) * size);
    const message = new Uint8Array(headBytes + part.length);
    const head = new DataView(message.buffer);
    head.setUint8(0, kind);
    for (const [at, field] of [number, index, count].entries()) head.setUint32(1 + at * 4, field);
    message.set(part, headBytes);
    yield message;
  }
}

interface Incomplete {
  readonly parts: (Uint8Array | undefined)[];
  missing: number;
}

/** Puts the values of one data channel together. */
export class Unpacking {
  readonly #incomplete = new Map<number, Incomplete>();

  /** @returns the value that is complete with this message. Throws for what no library of ours sends. */
  take(data: string | ArrayBuffer | ArrayBufferView): { readonly value: unknown } | undefined {
    if (typeof data === "string") return { value: JSON.parse(data) };
    const message = binaryOf(data) ?? new Uint8Array();
    const [kind] = message;
    if (kind === kinds.bytes) return { value: message.slice(1) };
    if ((kind !== kinds.piece && kind !== kinds.pieceOfText) || message.length <= headBytes)
      throw new TypeError("an unknown message");
    const bytes = this.#add(message);
    if (bytes === undefined) return undefined;
    return { value: kind === kinds.piece ? bytes : JSON.parse(new TextDecoder().decode(bytes)) };
  }

  #add(message: Uint8Array): Uint8Array | undefined {
    const head = new DataView(message.buffer, message.byteOffset);
    const [number, index, count] = [head.getUint32(1), head.getUint32(5), head.getUint32(9)];
    const maxCount = Math.ceil(maxValueBytes / (maxPieceBytes - headBytes));
    if (count > maxCount || index >= count || message.length > maxPieceBytes)
      throw new RangeError("a value that is too large");
    const value = this.#incomplete.get(number) ?? { parts: new Array(count), missing: count };
    if (value.parts.length !== count || value.parts[index] !== undefined) return undefined;
    this.#incomplete.set(number, value);
    value.parts[index] = message.slice(headBytes);
    value.missing--;
    if (value.missing === 0) {
      this.#incomplete.delete(number);
      return joined(value.parts);
    }
    const [oldest] = this.#incomplete.keys();
    if (this.#incomplete.size > maxIncomplete && oldest !== undefined)
      this.#incomplete.delete(oldest);
    return undefined;
  }
}

function joined(parts: readonly (Uint8Array | undefined)[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + (part?.length ?? 0), 0));
  let at = 0;
  for (const part of parts) {
    if (part === undefined) continue;
    all.set(part, at);
    at += part.length;
  }
  return all;
}
