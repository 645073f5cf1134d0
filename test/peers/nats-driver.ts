// Drives nats-server over WebSocket: https://docs.nats.io/reference/reference-protocols/nats-protocol. A client subscribes to
// a subject of its own and to one of its topic, and publishes to the subject of another client. Ours does not speak it.

import {
  type Driver,
  type DriverConversation,
  type FrameKind,
  type MessageListener,
  type MessageSplitter,
  otherSeats,
  type Seat,
} from "../../src/bench/driver.ts";

const [letterM, minus, space, zero, lineFeed] = [...Buffer.from("M- 0\n")] as [
  number,
  number,
  number,
  number,
  number,
];

const endLength = "\r\n".length;

const subjectOf = ({ topic, index }: Seat): string => `bench.${topic}.${index}`;

class NatsConversation implements DriverConversation {
  readonly greetings: readonly string[];
  /** Subjects follow from seats. */
  readonly paired = true;
  readonly #seat: Seat;
  #entered = false;

  constructor(seat: Seat) {
    this.#seat = seat;
    const about = { verbose: false, pedantic: false, echo: false, lang: "bench", protocol: 1 };
    this.greetings = [
      `CONNECT ${JSON.stringify(about)}\r\n`,
      `SUB ${subjectOf(seat)} 1\r\nSUB bench.${seat.topic}.all 2\r\n`,
      // The answer shows that the server has read the rest.
      "PING\r\n",
    ];
  }

  get entered(): boolean {
    return this.#entered;
  }

  hear(text: string): boolean {
    if (text === "PONG\r\n") this.#entered = true;
    return /^(?:PONG|PING|INFO .*|\+OK)\r\n$/.test(text);
  }

  answerTo(text: string): string | undefined {
    return text === "PING\r\n" ? "PONG\r\n" : undefined;
  }

  kindOf(bytes: Uint8Array, start: number): FrameKind {
    if (bytes[start] === letterM) return "relayed";
    return bytes[start] === minus ? "error" : "other";
  }

  others(size: number): readonly string[] {
    return otherSeats(this.#seat, size).map(subjectOf);
  }

  relayFrame(
    payload: string,
    to = subjectOf({ ...this.#seat, index: 1 - this.#seat.index }),
  ): string {
    return `PUB ${to} ${Buffer.byteLength(payload)}\r\n${payload}\r\n`;
  }

  broadcastFrame(payload: string): string {
    return this.relayFrame(payload, `bench.${this.#seat.topic}.all`);
  }
}

/** A line each, and after a line of MSG as many bytes as it says. */
class NatsSplitter implements MessageSplitter {
  readonly #listener: MessageListener;
  /** The start of a message that is not whole yet. */
  #kept: Uint8Array | undefined;

  constructor(listener: MessageListener) {
    this.#listener = listener;
  }

  push(bytes: Uint8Array, start: number, end: number): void {
    if (this.#kept !== undefined) {
      const whole = Buffer.concat([this.#kept, bytes.subarray(start, end)]);
      this.#kept = undefined;
      return this.push(whole, 0, whole.length);
    }
    let at = start;
    while (at < end) {
      const next = endOfMessage(bytes, at, end);
      if (next > end) break;
      this.#listener(bytes, at, next);
      at = next;
    }
    if (at < end) this.#kept = bytes.slice(at, end);
  }
}

/** Where the next message begins; beyond `end` if this one is not whole. */
function endOfMessage(bytes: Uint8Array, start: number, end: number): number {
  const line = bytes.indexOf(lineFeed, start) + 1;
  if (line === 0 || line > end) return Number.POSITIVE_INFINITY;
  if (bytes[start] !== letterM) return line;
  let size = 0;
  let digit = line - endLength - 1;
  for (let unit = 1; bytes[digit] !== space; digit--, unit *= 10)
    size += ((bytes[digit] ?? zero) - zero) * unit;
  return line + size + endLength;
}

export const natsDriver: Driver = {
  path: () => "/",
  begin: (seat) => new NatsConversation(seat),
  isBinary: true,
  splitter: (listener) => new NatsSplitter(listener),
};
