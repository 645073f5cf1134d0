// The longest message, `--max-frame-bytes`, however it is cut: RFC 6455, section 10.4, Autobahn's section 9.

import { closePayload, opcodes } from "../../support/raw-frame.ts";
import {
  binary,
  type Case,
  continuation,
  fragments,
  halves,
  hello,
  helloEcho,
  maxFrameBytes,
  maxReadBytes,
  messageOf,
  partsOf,
  ping,
  type Section,
  text,
} from "./case.ts";

const tooLong = 1009;

/** What PeerJS is told before that. */
const told = `error Message over ${maxFrameBytes} bytes`;

const [longest, longestEcho] = messageOf(maxFrameBytes);
const [above] = messageOf(maxFrameBytes + 1);

/** A message in one frame, or in several. */
const forms: readonly (readonly [string, (whole: string) => Case["frames"]])[] = [
  ["of text", (whole) => [text(whole)]],
  ["of bytes", (whole) => [binary(whole)]],
  ["in two frames", (whole) => fragments(halves(whole, 100))],
  [
    "in two frames, of which the last has one byte",
    (whole) => fragments(halves(whole, whole.length - 1)),
  ],
  ["in two frames, of which the first is empty", (whole) => fragments(["", whole])],
  ["in frames of 64 bytes", (whole) => fragments(partsOf(whole, 64))],
  ["in frames of 4096 bytes", (whole) => fragments(partsOf(whole, 4096))],
  ["in two frames of bytes", (whole) => fragments(halves(whole, 100), opcodes.binary)],
  [
    "in two frames with a ping between them",
    (whole) => {
      const [first, last] = fragments(halves(whole, 100));
      return [first!, ping(), last!];
    },
  ],
];

const bounds: readonly Case[] = forms.flatMap(([how, framesOf]) => {
  const pongs = how.includes("ping") ? [""] : [];
  return [
    {
      what: `9. ${maxFrameBytes} bytes ${how} pass`,
      frames: framesOf(longest),
      texts: [longestEcho],
      pongs,
    },
    {
      what: `9. ${maxFrameBytes + 1} bytes ${how} are too many`,
      frames: framesOf(above),
      texts: [told],
      pongs,
      end: tooLong,
    },
  ];
});

const unfinished: readonly Case[] = [
  {
    what: "a message that is too long to be read before it is finished",
    frames: [text("x".repeat(maxReadBytes), { fin: false }), continuation("x", { fin: false })],
    end: tooLong,
  },
  {
    what: "a last frame that is too much with those before",
    frames: [hello, text("x".repeat(100), { fin: false }), continuation("x".repeat(65_437))],
    texts: [helloEcho, told],
    end: tooLong,
  },
  {
    what: "a last frame that is empty, behind as much as may be",
    frames: fragments([longest, ""]),
    texts: [longestEcho],
  },
];

const inARow: readonly Case[] = [
  {
    what: "the longest message twenty times",
    frames: Array<Case["frames"][0]>(20).fill(text(longest)),
    texts: Array<string>(20).fill(longestEcho),
  },
  {
    what: "the longest message, and one that is too long",
    frames: [text(longest), text(above)],
    texts: [longestEcho, told],
    end: tooLong,
  },
  {
    what: "a close behind one that is too long",
    frames: [text(above), { opcode: opcodes.close, payload: closePayload(1000) }],
    texts: [told],
    end: tooLong,
  },
];

export const limits: Section = {
  title: "the longest message (RFC 6455, 10.4; Autobahn 9)",
  cases: [...bounds, ...unfinished, ...inARow],
};
