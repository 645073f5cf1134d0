// One hostile connection. It costs the flooder as little as can be: it sends bytes that were made before, and
// reads no frames. What it must know of the server's bytes is whether it was let in, and how it was closed.

import type { Tally } from "./tally.ts";

/** The sample nonce of RFC 6455, section 1.3. */
const nonce = "dGhlIHNhbXBsZSBub25jZQ==";

const headEnd = Buffer.from("\r\n\r\n");

const closeFrame = 0x88;

/** The longest Close frame: a control frame has at most 125 bytes of payload, and two of header. */
const closeBytes = 127;

/** Blocks that are written before other events get their turn. */
const blocksAtOnce = 4;

export interface Dial {
  /** Where it leads. Default: to one of the servers that are attacked. */
  readonly url?: URL;
  /** Path and query. */
  readonly path: string;
  /** `socket` asks for an upgrade; `plain` sends nothing by itself. Default: `socket`. */
  readonly kind?: "socket" | "plain";
  /** Reads nothing, from the start. Then `opened` comes when TCP is connected. */
  readonly isDeaf?: true;
  /** The upgrade was accepted, or a plain connection is there. */
  opened?(line: Line): void;
  /** The first bytes of the protocol have come. */
  greeted?(line: Line): void;
  /** The connection has ended, was refused or was never made. Not called after `drop`. */
  ended?(line: Line): void;
}

/** Where lines lead, and what they may use. */
export interface LineContext {
  readonly tally: Tally;
  /** Bytes that may still be sent. */
  takeBytes(count: number): boolean;
  /** The line has ended, by whomever. */
  gone(line: Line): void;
  /** Calls back a little later, so that a server that is away is not asked without pause. */
  retry(run: () => void): void;
}

export class Line {
  readonly #url: URL;
  readonly #dial: Dial;
  readonly #context: LineContext;
  #socket: Bun.Socket<Line> | undefined;
  #isOver = false;
  /** Whether the first bytes have come, and the first bytes of the protocol. */
  #isAnswered = false;
  #isGreeted = false;
  /** What the kernel has not taken yet. */
  #rest: Uint8Array | undefined;
  /** What is sent again and again. */
  #block: Uint8Array | undefined;
  /** The payload of the last Close frame. */
  #closing: Uint8Array | undefined;

  /** Connects at once. */
  constructor(url: URL, dial: Dial, context: LineContext) {
    this.#url = url;
    this.#dial = dial;
    this.#context = context;
    const isSecure = url.protocol === "wss:";
    Bun.connect<Line>({
      hostname: url.hostname.replace(/^\[|\]$/g, ""),
      port: Number(url.port) || (isSecure ? 443 : 80),
      tls: isSecure,
      data: this,
      socket: handlers,
    }).catch(() => this.#fail());
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Sends bytes in order. Does nothing once the connection has ended. */
  send(bytes: Uint8Array): void {
    if (this.#isOver || !this.#context.takeBytes(bytes.length)) return;
    if (this.#rest === undefined) this.#write(bytes);
    else this.#rest = Buffer.concat([this.#rest, bytes]);
  }

  /** Sends the same bytes again and again, as fast as the server reads them. */
  pour(block: Uint8Array): void {
    this.#block = block;
    for (let written = 0; written < blocksAtOnce; written++) {
      if (this.#isOver || this.#rest !== undefined) return;
      if (!this.#context.takeBytes(block.length)) return;
      this.#write(block);
    }
    setImmediate(() => this.pour(block));
  }

  /** Ends the connection with a reset. */
  drop(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#context.gone(this);
    this.#socket?.terminate();
  }

  static readonly handlers: Bun.SocketHandler<Line> = {
    open: (socket) => socket.data.#open(socket),
    data: (socket, chunk) => socket.data.#read(chunk),
    drain: (socket) => socket.data.#drain(),
    close: (socket) => socket.data.#closed(),
    error: (socket) => socket.data.#closed(),
    connectError: (socket) => socket.data.#fail(),
  };

  #open(socket: Bun.Socket<Line>): void {
    this.#socket = socket;
    if (this.#isOver) {
      socket.terminate();
      return;
    }
    const { kind = "socket", isDeaf, opened } = this.#dial;
    this.#context.tally.opened++;
    if (isDeaf === true) socket.pause();
    if (kind === "socket") this.send(this.#request());
    if (kind === "plain" || isDeaf === true) opened?.(this);
  }

  #request(): Uint8Array {
    const { pathname, host } = this.#url;
    const lines = [
      `GET ${pathname.replace(/\/$/, "")}${this.#dial.path} HTTP/1.1`,
      `Host: ${host}`,
      "Upgrade: websocket",
      "Connection: Upgrade",
      `Sec-WebSocket-Key: ${nonce}`,
      "Sec-WebSocket-Version: 13",
    ];
    return Buffer.from(`${lines.join("\r\n")}\r\n\r\n`);
  }

  #read(chunk: Buffer): void {
    const { tally } = this.#context;
    tally.bytesReceived += chunk.length;
    const tail = chunk.subarray(-closeBytes);
    const at = tail.lastIndexOf(closeFrame);
    // The last frame of the chunk, if its length fits. A copy: the chunk may be large.
    if (at !== -1 && tail[at + 1] === tail.length - at - 2) this.#closing = tail.slice(at + 2);
    if (this.#isAnswered) return this.#greet();
    this.#isAnswered = true;
    const [, status = "no HTTP"] =
      /^HTTP\/1\.1 (\d{3})/.exec(chunk.toString("latin1", 0, 12)) ?? [];
    if (status !== "101") {
      tally.status(status);
      if (this.#dial.kind !== "plain") this.#end();
      return;
    }
    tally.accepted++;
    if (this.#dial.kind !== "plain") this.#dial.opened?.(this);
    if (!chunk.subarray(-headEnd.length).equals(headEnd)) this.#greet();
  }

  #greet(): void {
    if (this.#isGreeted || this.#isOver) return;
    this.#isGreeted = true;
    this.#dial.greeted?.(this);
  }

  #write(bytes: Uint8Array): void {
    const taken = this.#socket?.write(bytes) ?? -1;
    // -1: the socket is closing. Its close event follows.
    if (taken < 0) return;
    this.#context.tally.bytesSent += taken;
    if (taken < bytes.length) this.#rest = bytes.subarray(taken);
  }

  #drain(): void {
    const rest = this.#rest;
    this.#rest = undefined;
    if (rest !== undefined) this.#write(rest);
    if (this.#rest === undefined && this.#block !== undefined) this.pour(this.#block);
  }

  #closed(): void {
    if (this.#isOver) return;
    if (this.#isAnswered) this.#context.tally.close(this.#reason());
    else this.#context.tally.failed++;
    this.#end();
  }

  #reason(): string {
    const [high, low, ...text] = this.#closing ?? [];
    if (high === undefined || low === undefined) return "1006";
    return `${high * 256 + low} ${Buffer.from(text).toString()}`.trimEnd();
  }

  #fail(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#context.tally.failed++;
    this.#context.gone(this);
    this.#context.retry(() => this.#dial.ended?.(this));
  }

  #end(): void {
    this.drop();
    this.#dial.ended?.(this);
  }
}

const { handlers } = Line;
