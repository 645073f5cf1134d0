// The frames of RFC 6455, section 5, by hand: what a client writes, rightly or wrongly, and what the
// bytes of a server say. Nothing is shared with the server's own code.

export const opcodes = {
  continuation: 0,
  text: 1,
  binary: 2,
  close: 8,
  ping: 9,
  pong: 10,
} as const;

/** A frame to write. All but the payload may be wrong on purpose. */
export interface Outgoing {
  /** Text by default. */
  readonly opcode?: number;
  /** Whether it is a message's last frame; true by default. */
  readonly fin?: boolean;
  /** The three reserved bits, 0 to 7; 0 by default. */
  readonly reserved?: number;
  readonly payload?: string | Uint8Array;
  /** True by default, as a client must. */
  readonly masked?: boolean;
  /** Four bytes; those of the example in RFC 6455, section 5.7, by default. */
  readonly mask?: Uint8Array;
  /** The length that the header claims, where it is not that of the payload. */
  readonly claimed?: bigint;
  /** Bytes that the length takes, where it takes more than it needs. */
  readonly lengthBytes?: 1 | 3 | 9;
}

/** A frame as it was read. */
export interface Incoming {
  readonly opcode: number;
  readonly payload: Buffer;
}

const exampleMask = Buffer.from([0x37, 0xfa, 0x21, 0x3d]);

export function encodeFrame({
  opcode = opcodes.text,
  fin = true,
  reserved = 0,
  payload = "",
  masked = true,
  mask = exampleMask,
  claimed,
  lengthBytes,
}: Outgoing): Buffer {
  const bytes = Buffer.from(payload);
  const first = (fin ? 0x80 : 0) | (reserved << 4) | opcode;
  const length = encodeLength(claimed ?? BigInt(bytes.length), lengthBytes);
  if (!masked) return Buffer.concat([Buffer.from([first]), length, bytes]);
  length[0] = (length[0] ?? 0) | 0x80;
  for (let at = 0; at < bytes.length; at++) bytes[at] = bytes[at]! ^ mask[at % 4]!;
  return Buffer.concat([Buffer.from([first]), length, mask, bytes]);
}

function encodeLength(length: bigint, size: 1 | 3 | 9 = shortest(length)): Buffer {
  const bytes = Buffer.alloc(size);
  bytes[0] = size === 1 ? Number(length) : size === 3 ? 126 : 127;
  if (size === 3) bytes.writeUInt16BE(Number(length), 1);
  if (size === 9) bytes.writeBigUInt64BE(length, 1);
  return bytes;
}

function shortest(length: bigint): 1 | 3 | 9 {
  if (length < 126n) return 1;
  return length < 65_536n ? 3 : 9;
}

/** The payload of a Close frame. */
export function closePayload(code: number, reason = ""): Buffer {
  const bytes = Buffer.alloc(2 + Buffer.byteLength(reason));
  bytes.writeUInt16BE(code);
  bytes.write(reason, 2);
  return bytes;
}

/** Takes a server's frames out of its bytes, however they were cut on their way. */
export class FrameReader {
  #bytes: Buffer = Buffer.alloc(0);

  /**
   * @returns the frames that are complete now
   * @throws when the server breaks the protocol: it neither masks, nor fragments, nor uses extensions
   */
  push(bytes: Buffer): readonly Incoming[] {
    this.#bytes = this.#bytes.length === 0 ? bytes : Buffer.concat([this.#bytes, bytes]);
    const frames: Incoming[] = [];
    for (let frame = this.#take(); frame !== undefined; frame = this.#take()) frames.push(frame);
    return frames;
  }

  #take(): Incoming | undefined {
    const bytes = this.#bytes;
    if (bytes.length < 2) return undefined;
    const [first, second] = [bytes[0]!, bytes[1]!];
    if ((first & 0xf0) !== 0x80 || second >= 0x80)
      throw new Error(`the server sent a frame that begins with ${bytes.toString("hex", 0, 2)}`);
    const start = second === 127 ? 10 : second === 126 ? 4 : 2;
    if (bytes.length < start) return undefined;
    const end = start + payloadLength(bytes, second);
    if (bytes.length < end) return undefined;
    this.#bytes = bytes.subarray(end);
    return { opcode: first & 0x0f, payload: bytes.subarray(start, end) };
  }
}

function payloadLength(bytes: Buffer, second: number): number {
  if (second < 126) return second;
  return second === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
}
