// A WebSocket client on a plain TCP socket: the handshake, framing, and what the kernel did not take
// at once. Far cheaper than the WebSocket class, so that the server is what saturates. It knows
// nothing of the protocol that is spoken.

import { encodeFrame, FrameDecoder, FrameError, opcode } from "./frame.ts";

/** RFC 6455's own sample nonce (1.3): a fixed one proves as well that the server read it. */
const nonce = "dGhlIHNhbXBsZSBub25jZQ==";
const nonceAccepted = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

const headEnd = Buffer.from("\r\n\r\n");
const goodbye = encodeFrame(opcode.close, Uint8Array.of(1000 >> 8, 1000 & 0xff));

export interface ClientListener {
  /** The server has let it in: the moment to say something first. */
  opened(): void;
  /** One message: `bytes[start]` up to, not including, `bytes[end]`. Valid during the call only. */
  text(bytes: Uint8Array, start: number, end: number): void;
  /** Every message of one read from the socket has been told: the moment to answer them at once. */
  readEnd(): void;
  /** The connection is gone, or never was. Called once; not after `leave` or `terminate`. */
  lost(reason: string): void;
}

export class Client {
  readonly #listener: ClientListener;
  readonly #decoder: FrameDecoder;
  #socket: Bun.Socket | undefined;
  /** Bytes of the response's head until it is complete; undefined once it was accepted. */
  #head: Buffer | undefined = Buffer.alloc(0);
  /** What the kernel has not taken yet, in order. */
  #unsent: Uint8Array[] = [];
  #closeReason: string | undefined;
  #leaving = false;
  #closed = false;

  /** Connects at once. `url` is `ws:` or `wss:`, with the path and query to ask for. */
  constructor(url: URL, listener: ClientListener) {
    this.#listener = listener;
    this.#decoder = new FrameDecoder((code, bytes, start, end) =>
      this.#frame(code, bytes, start, end),
    );
    const secure = url.protocol === "wss:";
    Bun.connect({
      hostname: url.hostname.replace(/^\[|\]$/g, ""),
      port: Number(url.port) || (secure ? 443 : 80),
      tls: secure,
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

  /** Whether the socket is gone, for whatever reason. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Sends the first `length` bytes: one or several whole frames. They may be changed afterwards. */
  write(frames: Uint8Array, length: number = frames.length): void {
    if (this.#unsent.length > 0) {
      this.#unsent.push(frames.slice(0, length));
      return;
    }
    const taken = this.#socket?.write(frames, 0, length) ?? -1;
    // -1: the socket is closing, which its close event tells.
    if (taken >= 0 && taken < length) this.#unsent.push(frames.slice(taken, length));
  }

  /** Says goodbye; the server closes the connection. */
  leave(): void {
    this.#leaving = true;
    this.write(goodbye);
  }

  /** Drops the connection at once, without a word. */
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

  /** What follows the response's head in `chunk`; undefined while the head is not complete. */
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
    if (code === opcode.text) {
      this.#listener.text(bytes, start, end);
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
