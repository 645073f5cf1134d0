// A WebSocket client on a plain TCP socket: the handshake, the framing, and the bytes that the kernel has not
// taken yet. It costs far less than the WebSocket class, so that the server saturates first. It does not know
// the protocol inside the frames.

import { encodeFrame, FrameDecoder, FrameError, opcode } from "./frame.ts";

/** The sample nonce of RFC 6455, section 1.3. A fixed one also proves that the server has read it. */
const nonce = "dGhlIHNhbXBsZSBub25jZQ==";
const nonceAccepted = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

const headEnd = Buffer.from("\r\n\r\n");
const goodbye = encodeFrame(opcode.close, Uint8Array.of(1000 >> 8, 1000 & 0xff));

export interface ClientListener {
  /** The server has accepted the upgrade: now the client may send. */
  opened(): void;
  /** One text or binary message, from `bytes[start]` to before `bytes[end]`. Valid only during the call. */
  message(bytes: Uint8Array, start: number, end: number): void;
  /** All messages of one read from the socket were given: now they can be answered together. */
  readEnd(): void;
  /** The connection has ended or was never made. Called once, and not after `leave` or `terminate`. */
  lost(reason: string): void;
}

export class Client {
  readonly #listener: ClientListener;
  readonly #decoder: FrameDecoder;
  #socket: Bun.Socket | undefined;
  /** The response's head as far as it has come; undefined once it is complete. */
  #head: Buffer | undefined = Buffer.alloc(0);
  /** Bytes that the kernel has not taken yet, in order. */
  #unsent: Uint8Array[] = [];
  #closeReason: string | undefined;
  #leaving = false;
  #closed = false;

  /**
   * Connects at once.
   * @param url `ws:` or `wss:`, with path and query
   * @param isSelfSigned whether any certificate is good
   */
  constructor(url: URL, listener: ClientListener, isSelfSigned = false) {
    this.#listener = listener;
    this.#decoder = new FrameDecoder((code, bytes, start, end) =>
      this.#frame(code, bytes, start, end),
    );
    const secure = url.protocol === "wss:";
    Bun.connect({
      hostname: url.hostname.replace(/^\[|\]$/g, ""),
      port: Number(url.port) || (secure ? 443 : 80),
      tls: secure && { rejectUnauthorized: !isSelfSigned },
      socket: {
        open: (socket) => this.#opened(socket, url),
        data: (_socket, chunk) => this.#read(chunk),
        drain: () => this.#drain(),
        close: () => this.#lose(this.#closeReason ?? "the server went away"),
        connectError: (_socket, error) => this.#lose(`cannot connect: ${reasonOf(error)}`),
        error: (_socket, error) => this.#lose(error.message),
      },
    }).catch((error: unknown) => this.#lose(`cannot connect: ${reasonOf(error)}`));
  }

  /** Whether the connection has ended, for any reason. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Sends the first `length` bytes: one or more whole frames. The caller may change them afterwards. */
  write(frames: Uint8Array, length: number = frames.length): void {
    if (this.#unsent.length > 0) {
      this.#unsent.push(frames.slice(0, length));
      return;
    }
    const taken = this.#socket?.write(frames, 0, length) ?? -1;
    // -1: the socket is closing. Its close event follows.
    if (taken >= 0 && taken < length) this.#unsent.push(frames.slice(taken, length));
  }

  /** Sends a Close frame. The server then closes the connection. */
  leave(): void {
    this.#leaving = true;
    this.write(goodbye);
  }

  /** Drops the connection at once, without a Close frame. */
  terminate(): void {
    this.#leaving = true;
    this.#socket?.terminate();
  }

  #opened(socket: Bun.Socket, url: URL): void {
    this.#socket = socket;
    if (this.#leaving) {
      socket.terminate();
      return;
    }
    const request = [
      `GET ${url.pathname}${url.search} HTTP/1.1`,
      `Host: ${url.host}`,
      "Upgrade: websocket",
      "Connection: Upgrade",
      `Sec-WebSocket-Key: ${nonce}`,
      "Sec-WebSocket-Version: 13",
    ];
    this.write(Buffer.from(`${request.join("\r\n")}\r\n\r\n`));
  }

  #read(chunk: Buffer): void {
    try {
      const frames = this.#head === undefined ? chunk : this.#readHead(this.#head, chunk);
      if (frames === undefined) return;
      this.#decoder.push(frames);
      this.#listener.readEnd();
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      this.#refuse(`the server broke the WebSocket framing: ${error.message}`);
    }
  }

  /** @returns the bytes after the response's head; undefined while the head is not complete */
  #readHead(before: Buffer, chunk: Buffer): Buffer | undefined {
    const bytes = Buffer.concat([before, chunk]);
    const end = bytes.indexOf(headEnd);
    if (end === -1) {
      this.#head = bytes;
      if (bytes.length > 16_384) this.#refuse("the server does not speak HTTP");
      return undefined;
    }
    this.#head = undefined;
    const head = bytes.toString("latin1", 0, end);
    if (!head.startsWith("HTTP/1.1 101") || !head.includes(nonceAccepted)) {
      const status = head.slice(0, 60).split("\r\n", 1)[0];
      this.#refuse(`the server did not upgrade to WebSocket, it answered "${status}"`);
      return undefined;
    }
    this.#listener.opened();
    return bytes.subarray(end + headEnd.length);
  }

  #frame(code: number, bytes: Uint8Array, start: number, end: number): void {
    if (code === opcode.text || code === opcode.binary) {
      this.#listener.message(bytes, start, end);
    } else if (code === opcode.ping) {
      this.write(encodeFrame(opcode.pong, bytes.subarray(start, end)));
    } else if (code === opcode.close) {
      const [high = 0, low = 0] = bytes.subarray(start, end);
      const why = Buffer.from(bytes.subarray(start + 2, end)).toString();
      this.#closeReason = `the server closed the connection: ${high * 256 + low} ${why}`.trimEnd();
      this.#socket?.end(encodeFrame(opcode.close, bytes.subarray(start, Math.min(start + 2, end))));
    }
  }

  #drain(): void {
    const waiting = this.#unsent;
    this.#unsent = [];
    for (const bytes of waiting) this.write(bytes);
  }

  #refuse(reason: string): void {
    this.#lose(reason);
    this.terminate();
  }

  #lose(reason: string): void {
    if (this.#closed) return;
    this.#closed = true;
    if (!this.#leaving) this.#listener.lost(reason);
  }
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ECONNREFUSED") return "connection refused";
  if (code === "EMFILE") return "too many open files";
  return error instanceof Error ? `${error.message}${code ? ` (${code})` : ""}` : String(error);
}
