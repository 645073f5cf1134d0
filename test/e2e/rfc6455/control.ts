// Pings and pongs: RFC 6455, sections 5.5.2 and 5.5.3, Autobahn's section 2.

import { type Case, hello, helloEcho, ping, pong, type Section } from "./case.ts";

/** Every byte there is, as far as a ping can hold them. */
const bytes = Uint8Array.from({ length: 125 }, (_, index) => (index * 37 + 128) % 256);

const pings: readonly Case[] = [
  { what: "2.1 a ping without a payload", frames: [ping()], pongs: [""] },
  { what: "2.2 a ping with a text", frames: [ping("Hello, world!")], pongs: ["Hello, world!"] },
  ...[
    ["00fffefdfcfb00ff", "2.3 a ping with bytes"],
    ["ff", "a ping with a byte that is no UTF-8"],
    ["00", "a ping with a byte that is 0"],
    ["eda080", "a ping with half of a surrogate pair"],
    ["03e8", "a ping with what were a code in a close"],
  ].map(([hex = "", what = ""]) => {
    const payload = Buffer.from(hex, "hex");
    return { what, frames: [ping(payload)], pongs: [payload] };
  }),
  ...[1, 2, 3, 4, 124, 125].map((length) => ({
    what: `2.4 a ping of ${length} bytes`,
    frames: [ping(bytes.subarray(0, length))],
    pongs: [bytes.subarray(0, length)],
  })),
  ...[126, 127, 128, 65_535, 65_536].map((length) => ({
    what: `2.5 a ping of ${length} bytes`,
    frames: [ping("x".repeat(length))],
    end: 1002,
  })),
  ...[10, 500].map((count) => ({
    what: `2.10 ${count} pings in a row`,
    frames: Array.from({ length: count }, (_, n) => ping(`${n}`)),
    pongs: Array.from({ length: count }, (_, n) => `${n}`),
  })),
];

const pongs: readonly Case[] = [
  { what: "2.7 a pong that nobody asked for", frames: [pong(), hello], texts: [helloEcho] },
  {
    what: "2.8 a pong that nobody asked for, with a payload",
    frames: [pong("unasked"), hello],
    texts: [helloEcho],
  },
  {
    what: "2.9 a pong that nobody asked for, and a ping",
    frames: [pong("unasked"), ping("asked")],
    pongs: ["asked"],
  },
  { what: "a pong of 125 bytes", frames: [pong(bytes), hello], texts: [helloEcho] },
  { what: "a pong of 126 bytes", frames: [pong("x".repeat(126))], end: 1002 },
  {
    what: "100 pongs that nobody asked for",
    frames: [...Array.from({ length: 100 }, () => pong("unasked")), hello],
    texts: [helloEcho],
  },
];

const between: readonly Case[] = [
  {
    what: "pings between messages",
    frames: [ping("1"), hello, ping("2"), hello, ping("3")],
    texts: [helloEcho, helloEcho],
    pongs: ["1", "2", "3"],
  },
];

export const control: Section = {
  title: "pings and pongs (RFC 6455, 5.5; Autobahn 2)",
  cases: [...pings, ...pongs, ...between],
};
