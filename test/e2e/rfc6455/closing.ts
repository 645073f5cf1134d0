// The closing handshake: RFC 6455, sections 5.5.1 and 7, Autobahn's section 7.

import { closePayload, type Outgoing, opcodes } from "../../support/raw-frame.ts";
import {
  type Case,
  continuation,
  hello,
  helloEcho,
  messageOf,
  ping,
  pong,
  type Section,
  text,
} from "./case.ts";

const breach = 1002;
const notUtf8 = 1007;

const close = (payload: string | Uint8Array = ""): Outgoing => ({ opcode: opcodes.close, payload });
const closeWith = (code: number, reason = ""): Outgoing => close(closePayload(code, reason));

const done = { code: 1000, reason: "" };
/** A Close frame that is empty. */
const wordless = { code: 1005, reason: "" };

const [long, longEcho] = messageOf(65_536);

const afterwards: readonly Case[] = [
  {
    what: "7.1.1 a message, and a close",
    frames: [hello, closeWith(1000)],
    texts: [helloEcho],
    end: done,
  },
  { what: "7.1.2 two closes", frames: [closeWith(1000), closeWith(1001)], end: done },
  { what: "7.1.3 a close, and a ping", frames: [closeWith(1000), ping("late")], end: done },
  { what: "a close, and a pong", frames: [closeWith(1000), pong("late")], end: done },
  { what: "7.1.4 a close, and a message", frames: [closeWith(1000), hello], end: done },
  { what: "a close, and a breach", frames: [closeWith(1000), { opcode: 3 }], end: done },
  {
    what: "7.1.5 a close within a message",
    frames: [text("{", { fin: false }), closeWith(1000), continuation("}")],
    end: done,
  },
  {
    what: "7.1.6 a long message, a close, and a ping",
    frames: [text(long), closeWith(1000), ping("late")],
    texts: [longEcho],
    end: done,
  },
  {
    what: "a ping, a message and a close",
    frames: [ping("early"), hello, closeWith(1001, "bye")],
    texts: [helloEcho],
    pongs: ["early"],
    end: { code: 1001, reason: "bye" },
  },
];

const reasons: readonly (readonly [number, string])[] = [
  [1000, "x"],
  [1000, "Hello World!"],
  [1001, "going away"],
  [1000, "x".repeat(122)],
  [4999, "x".repeat(123)],
  [3000, "тема 🚦"],
  [3000, "🐙".repeat(30)],
  [1000, "\u0000"],
  [1000, "\ufffe\uffff\u{10ffff}"],
];

const payloads: readonly Case[] = [
  { what: "7.3.1 a close without a payload", frames: [close()], end: wordless },
  { what: "7.3.2 a close of one byte", frames: [close("x")], end: breach },
  {
    what: "a close of one byte that begins a code",
    frames: [close(Uint8Array.of(3))],
    end: breach,
  },
  { what: "7.3.3 a close with a code alone", frames: [closeWith(1000)], end: done },
  ...reasons.map(([code, reason]) => ({
    what: `7.3.4 a close with ${code} and the reason ${JSON.stringify(reason)}`,
    frames: [closeWith(code, reason)],
    end: { code, reason },
  })),
  ...[124, 125, 65_536].map((length) => ({
    what: `7.3.6 a close with ${length} bytes of reason`,
    frames: [closeWith(1000, "x".repeat(length))],
    end: breach,
  })),
  ...[
    "ff",
    "80",
    "c3",
    "e282",
    "eda080",
    "c0af",
    "f4908080",
    "cebae1bdb9cf83cebcceb5eda0806564",
  ].map((hex) => ({
    what: `7.5.1 a close with a reason that is not UTF-8: ${hex}`,
    frames: [close(Buffer.from(`03e8${hex}`, "hex"))],
    end: notUtf8,
  })),
];

const from = (first: number, last: number): readonly number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

/** Those of the RFC, IANA's registry, and those for libraries and applications. */
const validCodes = [
  1000,
  1001,
  1002,
  1003,
  ...from(1007, 1014),
  3000,
  3001,
  3999,
  4000,
  4001,
  4999,
];

const invalidCodes = [
  ...[0, 1, 100, 999, 1004, 1005, 1006, ...from(1015, 1020)],
  ...[1100, 1999, 2000, 2001, 2999, 5000, 5001, 9999, 10_000, 32_768, 65_534, 65_535],
];

const codes: readonly Case[] = [
  ...validCodes.flatMap((code) => [
    { what: `7.7 a close with ${code}`, frames: [closeWith(code)], end: { code, reason: "" } },
    {
      what: `7.7 a close with ${code} and a reason`,
      frames: [closeWith(code, "why")],
      end: { code, reason: "why" },
    },
  ]),
  ...invalidCodes.flatMap((code) => [
    { what: `7.9 a close with ${code}`, frames: [closeWith(code)], end: breach },
    {
      what: `7.9 a close with ${code} and a reason`,
      frames: [closeWith(code, "why")],
      end: breach,
    },
  ]),
];

export const closing: Section = {
  title: "the closing handshake (RFC 6455, 5.5.1 and 7; Autobahn 7)",
  cases: [...afterwards, ...payloads, ...codes],
};
