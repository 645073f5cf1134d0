// A WebSocket client over a bare TCP connection, independent of the runtime's own: it shows the exact
// bytes, headers, codes and reasons that come, sends frames that no real client would, and can stop
// reading.

import { connect, type Socket } from "node:net";
import {
  closePayload,
  encodeFrame,
  FrameReader,
  type Incoming,
  type Outgoing,
  opcodes,
} from "./raw-frame.ts";
import {
  endOfHead,
  parseHead,
  type RawResponse,
  type RequestHeaders,
  requestText,
} from "./raw-http.ts";
import { isAccepted, upgradeHeaders } from "./raw-upgrade.ts";
import { settled } from "./settled.ts";

/** How a connection ended: 1006 without a Close frame, 1005 for one without a code. */
export interface End {
  readonly code: number;
  readonly reason: string;
}

export interface OpenOptions {
  /** Beside those of an upgrade, or in their place. */
  readonly headers?: RequestHeaders;
  /** Whether a Close frame, or the end of what the server sends, is answered; true by default. */
  readonly answersClose?: boolean;
  /** Whether a ping is answered; true by default. */
  readonly answersPings?: boolean;
  /** The address that it connects from, of this machine. */
  readonly from?: string;
}

/** The request for a WebSocket. @param headers beside those of an upgrade, or in their place */
export const upgradeText = (url: URL, path: string, headers: RequestHeaders = {}): string =>
  requestText(url, "GET", path, { ...upgradeHeaders, ...headers });

export class RawSocket {
  /** Where it connected to. */
  readonly url: URL;
  readonly #tcp: Socket;
  readonly #answersClose: boolean;
  readonly #answersPings: boolean;
  readonly #reader = new FrameReader();
  readonly #opened = Promise.withResolvers<void>();
  readonly #closed = Promise.withResolvers<End>();
  readonly #gone = Promise.withResolvers<void>();
  readonly #inbox: Incoming[] = [];
  #end: End | undefined;
  #arrived = Promise.withResolvers<void>();
  #head: Buffer | undefined = Buffer.alloc(0);
  #handshake: Omit<RawResponse, "body"> = { status: 0, headers: {} };

  private constructor(url: URL, { answersClose = true, answersPings = true, from }: OpenOptions) {
    this.url = url;
    this.#answersClose = answersClose;
    this.#answersPings = answersPings;
    this.#tcp = connect({
      port: Number(url.port),
      host: url.hostname,
      allowHalfOpen: !answersClose,
      ...(from !== undefined && { localAddress: from }),
    });
    this.#tcp.on("data", (bytes: Buffer) => this.#receive(bytes));
    // The close that follows says enough.
    this.#tcp.on("error", () => undefined);
    this.#tcp.on("close", () => this.#over());
  }

  /**
   * Connects and upgrades.
   * @param path with its query, percent-encoded as it is
   * @throws when the answer is anything but a right 101
   */
  static async open(url: URL, path: string, options?: OpenOptions): Promise<RawSocket> {
    await settled(url);
    const socket = RawSocket.begin(url, path, options);
    await socket.#opened.promise;
    return socket;
  }

  /** The same, without waiting for the answer. */
  static begin(url: URL, path: string, options: OpenOptions = {}): RawSocket {
    const socket = RawSocket.connect(url, options);
    socket.sendBytes(upgradeText(url, path, options.headers));
    return socket;
  }

  /** Connects, and leaves it to the caller to send the request, in one piece or in many. */
  static connect(url: URL, options: OpenOptions = {}): RawSocket {
    const socket = new RawSocket(url, options);
    // Whoever does not wait for it learns of a refusal by `closed`.
    socket.#opened.promise.catch(() => undefined);
    return socket;
  }

  /** Resolves when the answer has come. @throws when it is anything but a right 101 */
  get opened(): Promise<void> {
    return this.#opened.promise;
  }

  /** The server's answer to the upgrade. */
  get handshake(): Omit<RawResponse, "body"> {
    return this.#handshake;
  }

  /** Resolves when a Close frame comes, or the connection ends without. */
  get closed(): Promise<End> {
    return this.#closed.promise;
  }

  /** Resolves when the connection itself has ended and, where there are several nodes, all of them know. */
  get gone(): Promise<void> {
    return this.#gone.promise.then(async () => void (await settled(this.url)));
  }

  send(text: string): void {
    this.sendFrame({ payload: text });
  }

  sendBinary(payload: string | Uint8Array): void {
    this.sendFrame({ opcode: opcodes.binary, payload });
  }

  sendFrame(frame: Outgoing): void {
    this.sendBytes(encodeFrame(frame));
  }

  sendBytes(bytes: string | Uint8Array): void {
    this.#tcp.write(bytes);
  }

  /** Begins the closing handshake; without a code its frame is empty. */
  close(code?: number, reason?: string): void {
    const payload = code === undefined ? "" : closePayload(code, reason);
    this.sendFrame({ opcode: opcodes.close, payload });
  }

  /** The next frame of any kind but Close. A ping is answered and not shown. */
  async nextFrame(): Promise<Incoming> {
    for (;;) {
      const frame = this.#inbox.shift();
      if (frame !== undefined) return frame;
      if (this.#end) throw new Error(`closed: ${this.#end.code} ${this.#end.reason}`);
      await this.#arrived.promise;
    }
  }

  /** The next frame, which must be text. */
  async next(): Promise<string> {
    const { opcode, payload } = await this.nextFrame();
    if (opcode !== opcodes.text) throw new Error(`a frame of opcode ${opcode} came, not text`);
    return payload.toString("utf8");
  }

  async nextJson(): Promise<unknown> {
    return JSON.parse(await this.next());
  }

  /** All texts that come until the connection is closed. */
  async rest(): Promise<readonly string[]> {
    return (await this.restOfFrames()).map(({ payload }) => payload.toString("utf8"));
  }

  /** All frames that come until the connection is closed. */
  async restOfFrames(): Promise<readonly Incoming[]> {
    await this.closed;
    return this.#inbox.splice(0);
  }

  /** Reads no more: what the server sends fills its buffers. */
  pause(): void {
    this.#tcp.pause();
  }

  resume(): void {
    this.#tcp.resume();
  }

  /** Sends no more, without a Close frame, and reads on. */
  finish(): void {
    this.#tcp.end();
  }

  /** Ends the connection with a reset, as if the program had crashed. */
  destroy(): void {
    this.#tcp.resetAndDestroy();
  }

  #receive(bytes: Buffer): void {
    const rest =
      this.#head === undefined ? bytes : this.#readHead(Buffer.concat([this.#head, bytes]));
    // What is no WebSocket has no frames.
    if (this.#head !== undefined || !isAccepted(this.#handshake)) return;
    for (const frame of this.#reader.push(rest)) this.#take(frame);
  }

  #readHead(bytes: Buffer): Buffer {
    const at = bytes.indexOf(endOfHead);
    this.#head = at === -1 ? bytes : undefined;
    if (at === -1) return Buffer.alloc(0);
    this.#handshake = parseHead(bytes.toString("latin1", 0, at));
    if (isAccepted(this.#handshake)) this.#opened.resolve();
    else this.#opened.reject(new Error(`the answer is ${bytes.toString("utf8")}`));
    return bytes.subarray(at + endOfHead.length);
  }

  #take(frame: Incoming): void {
    if (frame.opcode === opcodes.close) return this.#takeClose(frame.payload);
    if (frame.opcode === opcodes.ping) return this.#takePing(frame.payload);
    this.#inbox.push(frame);
    this.#wake();
  }

  #takePing(payload: Buffer): void {
    if (this.#answersPings) this.sendFrame({ opcode: opcodes.pong, payload });
  }

  #takeClose(payload: Buffer): void {
    const code = payload.length < 2 ? 1005 : payload.readUInt16BE(0);
    if (this.#answersClose)
      this.sendFrame({ opcode: opcodes.close, payload: payload.subarray(0, 2) });
    this.#finish({ code, reason: payload.toString("utf8", 2) });
  }

  #over(): void {
    this.#opened.reject(new Error("the connection ended before it was upgraded"));
    this.#finish({ code: 1006, reason: "" });
    this.#gone.resolve();
  }

  #finish(end: End): void {
    this.#end ??= end;
    this.#closed.resolve(end);
    this.#wake();
  }

  #wake(): void {
    this.#arrived.resolve();
    this.#arrived = Promise.withResolvers();
  }
}
