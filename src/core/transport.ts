// What the core needs of a connection. Methods and results are those of Bun's server socket, so that one is
// handed over as it is: an object in between would cost memory for each connection.

/** One connection, open until the server reports it closed. */
export interface Transport {
  /** What the server keeps of it. By the number the log names the connection. */
  readonly data?: { readonly number: number } | undefined;
  /** Set if it must see each frame that is sent, so that native publishes must not reach it. */
  readonly isCounted?: boolean;
  /** 1 while frames can be sent. */
  readonly readyState: number;
  /**
   * Sends one text message, which must not be empty.
   * @returns over 0: the kernel took it; -1: taken, and waiting in the socket until its reader reads;
   * 0: not taken, as the socket is closed or waits with more than its limit.
   */
  sendText(frame: string): number;
  /** Runs `write` and hands what it sent to the kernel in one call. */
  cork(write: () => void): unknown;
  /** Sends `frame` to every other subscriber of `channel`. */
  publishText(channel: string, frame: string): unknown;
  subscribe(channel: string): void;
  unsubscribe(channel: string): void;
  /** Bytes that were taken and wait in the socket. */
  getBufferedAmount(): number;
  ping(): unknown;
  /** Sends what waits and a Close frame; the server's report of the end comes during the call. */
  close(code: number, reason: string): void;
  /** Ends it at once; what waits is lost. The report comes as with `close`. */
  terminate(): void;
}

/** `Transport.readyState` of one that takes frames. */
export const OPEN = 1;
