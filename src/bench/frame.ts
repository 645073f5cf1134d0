// RFC 6455 framing, the client's side. Frames are built once and sent many times. The server's bytes are
// split into frames, wherever the network has cut them. No extensions are offered.

/** Opcodes (RFC 6455, 5.2). */
export const opcode = { text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

const final = 0x80;
const masked = 0x80;

/**
 * One whole client frame. Its mask key is zero, which leaves the payload as it is: a frame can be built once,
 * changed in place and sent again at no cost. RFC 6455, section 10.3, asks for unpredictable keys so that web
 * pages cannot write chosen bytes through proxies. That does not concern a load generator, and the server
 * unmasks its frames like those of any client.
 */
export function encodeFrame(code: number, payload: Uint8Array): Uint8Array {
  const size = payload.length;
  const lengthBytes = size < 126 ? 0 : size < 65_536 ? 2 : 8;
  const headerBytes = 2 + lengthBytes + 4;
  const frame = new Uint8Array(headerBytes + size);
  const view = new DataView(frame.buffer);
  frame[0] = final | code;
  frame[1] = masked | (lengthBytes === 0 ? size : lengthBytes === 2 ? 126 : 127);
  if (lengthBytes === 2) view.setUint16(2, size);
  if (lengthBytes === 8) view.setBigUint64(2, BigInt(size));
  frame.set(payload, headerBytes);
  return frame;
}

/** The framing is broken: nothing more can be read from the connection. */
export class FrameError extends Error {
  override readonly name = "FrameError";
}

/** Gets every complete frame. Its payload goes from `bytes[start]` to before `bytes[end]`. */
export type FrameListener = (code: number, bytes: Uint8Array, start: number, end: number) => void;

/** Splits a server's bytes into frames. Fragmented messages are an error: no server here sends them. */
export class FrameDecoder {
  readonly #listener: FrameListener;
  /** The start of a frame that is not complete yet. */
  #kept: Uint8Array | undefined;

  constructor(listener: FrameListener) {
    this.#listener = listener;
  }

  /** @throws {FrameError} if the server breaks the framing; then the decoder cannot be used any more */
  push(chunk: Uint8Array): void {
    const bytes = this.#kept === undefined ? chunk : Buffer.concat([this.#kept, chunk]);
    let at = 0;
    while (at + 2 <= bytes.length) {
      const code = finalOpcode(bytes[at] ?? 0);
      const short = bytes[at + 1] ?? 0;
      const start = at + headerLength(short);
      if (start > bytes.length) break;
      const end = start + payloadLength(bytes, at + 2, short);
      if (end > bytes.length) break;
      this.#listener(code, bytes, start, end);
      at = end;
    }
    // A copy, so that a small rest does not keep a large read in memory.
    this.#kept = at < bytes.length ? bytes.slice(at) : undefined;
  }
}

function finalOpcode(byte: number): number {
  if ((byte & 0x70) !== 0) throw new FrameError("reserved bits are set");
  if ((byte & final) === 0 || byte === final) throw new FrameError("the message is fragmented");
  return byte & 0x0f;
}

function headerLength(short: number): number {
  if ((short & masked) !== 0) throw new FrameError("the server masks its frames");
  return short < 126 ? 2 : short === 126 ? 4 : 10;
}

function payloadLength(bytes: Uint8Array, at: number, short: number): number {
  if (short < 126) return short;
  const view = new DataView(bytes.buffer, bytes.byteOffset + at);
  if (short === 126) return view.getUint16(0);
  // No server sends more than 4 GiB in one frame: these bytes are not a length.
  if (view.getUint32(0) !== 0) throw new FrameError("the frame is too long");
  return view.getUint32(4);
}
