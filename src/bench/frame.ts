// RFC 6455 framing as a client sees it: frames are built once and sent many times, and a stream of
// bytes is taken apart wherever the network happened to cut it. No extensions are offered.

/** Opcodes (RFC 6455, 5.2). */
export const opcode = { text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

const final = 0x80;
const masked = 0x80;

/**
 * One whole client frame. The mask key is zero, which leaves the payload as it is: a frame can be
 * built once, changed in place and sent again for nothing. RFC 6455 (10.3) asks for unpredictable
 * keys so that web pages cannot write bytes of their choice through proxies; a load generator
 * writes bytes of its own choice to its own server, which unmasks as for any other client.
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

/** Broken framing: the connection cannot be read any further. */
export class FrameError extends Error {
  override readonly name = "FrameError";
}

/** Gets every complete frame: its payload is `bytes[start]` up to, not including, `bytes[end]`. */
export type FrameListener = (code: number, bytes: Uint8Array, start: number, end: number) => void;

/** Takes a server's byte stream apart. Fragmented messages are refused: no server here sends any. */
export class FrameDecoder {
  readonly #listener: FrameListener;
  /** The beginning of a frame whose end has not come yet. */
  #kept: Uint8Array | undefined;

  constructor(listener: FrameListener) {
    this.#listener = listener;
  }

  /** @throws {FrameError} for what a server may not send; the decoder is of no use afterwards. */
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
    // A copy, so that the rest of a large read is not held for the sake of its tail.
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
  // More than 4 GiB in one frame is not a length, it is noise.
  if (view.getUint32(0) !== 0) throw new FrameError("the frame is too long");
  return view.getUint32(4);
}
