// Lengths and masks: RFC 6455, sections 5.2 and 5.3, Autobahn's section 1.

import { opcodes } from "../../support/raw-frame.ts";
import {
  binary,
  type Case,
  continuation,
  echo,
  fragments,
  hello,
  helloEcho,
  leastBytes,
  maxReadBytes,
  message,
  messageOf,
  noMessage,
  ping,
  pong,
  type Section,
  text,
} from "./case.ts";

/** Where the form of the length changes, and where buffers end that a server may have. */
const boundaries = [
  ...[0, 1, 124, 125, 126, 127, 128, 129, 255, 256, 257],
  ...[4095, 4096, 4097, 16_383, 16_384, 16_385, 32_767, 32_768, 65_534, 65_535, 65_536],
];

/** A text of so many bytes, and what the server says of it. */
const ofBytes = (bytes: number): readonly [string, string] =>
  bytes < leastBytes ? ["x".repeat(bytes), noMessage] : messageOf(bytes);

const lengths: readonly Case[] = boundaries.flatMap((bytes) => {
  const [payload, answer] = ofBytes(bytes);
  return [
    { what: `1.1 a text of ${bytes} bytes`, frames: [text(payload)], texts: [answer] },
    { what: `1.2 ${bytes} bytes, which are a text`, frames: [binary(payload)], texts: [answer] },
  ];
});

const [short, shortEcho] = messageOf(40);

/** The RFC asks clients for the shortest form, and servers for nothing: the runtime takes the longer ones. */
const longForms: readonly Case[] = [
  {
    what: "a length below 126 in the form of 16 bits is taken",
    frames: [text(short, { lengthBytes: 3 })],
    texts: [shortEcho],
  },
  {
    what: "a length below 126 in the form of 64 bits is taken",
    frames: [text(short, { lengthBytes: 9 })],
    texts: [shortEcho],
  },
  {
    what: "a length below 65,536 in the form of 64 bits is taken",
    frames: [text(messageOf(300)[0], { lengthBytes: 9 })],
    texts: [messageOf(300)[1]],
  },
  ...([3, 9] as const).flatMap((lengthBytes) => [
    {
      what: `a ping whose length takes ${lengthBytes} bytes is none`,
      frames: [{ ...ping("x"), lengthBytes }],
      end: 1002,
    },
    {
      what: `a close whose length takes ${lengthBytes} bytes is none`,
      frames: [{ opcode: opcodes.close, lengthBytes }],
      end: 1002,
    },
  ]),
];

const tooLong: readonly Case[] = [
  ...[
    BigInt(maxReadBytes + 1),
    2n ** 31n,
    2n ** 32n - 1n,
    2n ** 32n,
    2n ** 53n,
    2n ** 63n - 1n,
    2n ** 63n,
    2n ** 64n - 1n,
  ],
].map((claimed) => ({
  what: `a frame that claims ${claimed} bytes is too long before they come`,
  frames: [{ claimed, lengthBytes: 9 }],
  end: 1009,
}));

const masks: readonly (readonly [string, Uint8Array])[] = [
  ["of nothing", Uint8Array.of(0, 0, 0, 0)],
  ["of ones", Uint8Array.of(255, 255, 255, 255)],
  ["that makes quotes of zeros", Uint8Array.of(34, 34, 34, 34)],
  ["of four different bytes", Uint8Array.of(1, 128, 127, 254)],
];

const masked: readonly Case[] = masks.flatMap(([what, mask]) => [
  { what: `a mask ${what}`, frames: [{ ...hello, mask }], texts: [helloEcho] },
  ...[1, 2, 3, 5, 6, 7].map((bytes) => ({
    what: `a mask ${what} of a message in two frames, the last of ${bytes + 2} bytes`,
    frames: fragments([message(`"${"é".repeat(3)}`).slice(0, -1), `${"x".repeat(bytes)}"}`]).map(
      (frame) => ({ ...frame, mask }),
    ),
    texts: [echo(`"${"é".repeat(3)}${"x".repeat(bytes)}"`)],
  })),
  {
    what: `a ping and a pong with a mask ${what}`,
    frames: [
      { ...ping("mask"), mask },
      { ...pong("mask"), mask },
    ],
    pongs: ["mask"],
  },
]);

const unmasked: readonly Case[] = (
  [
    ["a text", hello],
    ["an empty text", text("")],
    ["bytes", binary(message("1"))],
    ["a ping", ping()],
    ["a ping with a payload", ping("x")],
    ["a pong", pong()],
    ["a close", { opcode: opcodes.close }],
    ["a close with a code", { opcode: opcodes.close, payload: Uint8Array.of(3, 232) }],
  ] as const
).map(([what, frame]) => ({
  what: `${what} without a mask`,
  frames: [{ ...frame, masked: false }],
  end: 1002,
}));

const mixed: readonly Case[] = [
  {
    what: "a second frame without a mask",
    frames: [hello, { ...hello, masked: false }],
    texts: [helloEcho],
    end: 1002,
  },
  {
    what: "a last fragment without a mask",
    frames: [text("{", { fin: false }), continuation("}", { masked: false })],
    end: 1002,
  },
];

const several: readonly Case[] = [2, 3, 10, 100, 1000].map((count) => ({
  what: `${count} messages in a row, of growing length`,
  frames: Array.from({ length: count }, (_, n) => text(message(`"${"x".repeat(n % 200)}${n}"`))),
  texts: Array.from({ length: count }, (_, n) => echo(`"${"x".repeat(n % 200)}${n}"`)),
}));

export const framing: Section = {
  title: "lengths and masks (RFC 6455, 5.2 and 5.3; Autobahn 1)",
  cases: [...lengths, ...longForms, ...tooLong, ...masked, ...unmasked, ...mixed, ...several],
};
