// Texts that are UTF-8 and texts that are not: RFC 6455, section 8.1, Autobahn's section 6, which goes back to Markus
// Kuhn's decoder test. Bytes count as a text here, so that both hold for them as well.

import { opcodes } from "../../support/raw-frame.ts";
import {
  binary,
  type Case,
  continuation,
  echo,
  fragments,
  halves,
  hello,
  helloEcho,
  leastBytes,
  message,
  noMessage,
  partsOf,
  ping,
  type Section,
  text,
} from "./case.ts";

const notUtf8 = 1007;

/** Before and behind the value of a message. */
const head = message('"').slice(0, -1);
const tail = '"}';

const valid: Readonly<Record<string, string>> = {
  "in Greek": "κόσμε",
  "of the Latin kind": "Hello-µ@ßöäüàá-UTF-8!!",
  "in Chinese": "信令盒",
  "with emoji that are joined": "👩‍👩‍👧‍👦🏳️‍🌈",
  "with combining accents": "e\u0301a\u030a",
  "with a mark of byte order": "\ufeffa",
  "with line separators": "\u2028\u2029",
  "that may not be seen": "\u007f\u0080\u009f\u00ad\u200b",
  ...Object.fromEntries(
    [
      0x7f, 0x80, 0x7ff, 0x800, 0xfff, 0x1000, 0xcfff, 0xd7ff, 0xe000, 0xfdd0, 0xfffd, 0xfffe,
      0xffff, 0x10000, 0x1fffe, 0x1ffff, 0x3ffff, 0xffffe, 0xfffff, 0x100000, 0x10fffe, 0x10ffff,
    ].map((point) => [`of U+${point.toString(16).toUpperCase()}`, String.fromCodePoint(point)]),
  ),
};

const right: readonly Case[] = Object.entries(valid).flatMap(([what, value]) => {
  const whole = message(`"${value}"`);
  const bytes = Buffer.byteLength(value);
  const texts = [echo(`"${value}"`)];
  return [
    { what: `6.2 a text ${what}`, frames: [text(whole)], texts },
    { what: `bytes that are a text ${what}`, frames: [binary(whole)], texts },
    { what: `a text ${what}, a frame for each byte`, frames: fragments(partsOf(whole, 1)), texts },
    ...Array.from({ length: bytes + 1 }, (_, at) => ({
      what: `a text ${what}, in two frames, cut at its byte ${at}`,
      frames: fragments(halves(whole, leastBytes - tail.length + at)),
      texts,
    })),
  ];
});

const each = (from: number, to: number): readonly string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => (from + index).toString(16));

/** Bytes that no text has, in hexadecimal. */
const invalid: Readonly<Record<string, readonly string[]>> = {
  "a byte that goes on with nothing": ["80", "bf", "80bf", "80bf80", "80bf80bf80bf", "4180"],
  "all bytes that go on, in a row": [each(0x80, 0xbf).join("")],
  "a byte that begins something, and a space": each(0xc0, 0xfd).map((byte) => `${byte}20`),
  "a character without its last byte": [
    ...["c2", "df", "e0a0", "efbf", "f09080", "f48fbf", "c0", "e080", "f08080"],
    ...["f8808080", "fc80808080", "f7bfbf", "fbbfbfbf", "fdbfbfbfbf"],
  ],
  "several characters without their last bytes": ["c2e0a0f09080", "dfefbff48fbfdf"],
  "an impossible byte": ["fe", "ff", "fefeffff", "c0", "c1", "f5", "f8", "fc"],
  "a slash that is written too long": ["c0af", "e080af", "f08080af", "f8808080af", "fc80808080af"],
  "the last character that would be too long": ["c1bf", "e09fbf", "f08fbfbf", "f887bfbfbf"],
  "a zero that is written too long": ["c080", "e08080", "f0808080", "f880808080", "fc8080808080"],
  "half of a surrogate pair": [
    "eda080",
    "edadbf",
    "edae80",
    "edafbf",
    "edb080",
    "edbe80",
    "edbfbf",
  ],
  "a surrogate pair": ["eda080edb080", "eda080edbfbf", "edadbfedb080", "edafbfedbfbf"],
  "a character above U+10FFFF": [
    "f4908080",
    "f48fbfc0",
    "f5808080",
    "f7bfbfbf",
    "f888808080",
    "fdbfbfbfbfbf",
  ],
  "a Greek word, a half pair and more": ["cebae1bdb9cf83cebcceb5eda080656469746564"],
  "a Greek word and a character that is too high": ["cebae1bdb9cf83cebcceb5f490808065646974"],
};

const around = (hex: string): Buffer =>
  Buffer.concat([Buffer.from(head), Buffer.from(hex, "hex"), Buffer.from(tail)]);

const wrong: readonly Case[] = Object.entries(invalid).flatMap(([what, sequences]) => [
  { what: `bytes with ${what}`, frames: [binary(around(sequences[0]!))], end: notUtf8 },
  ...sequences.flatMap((hex) => [
    {
      what: `6.3 a text with ${what}: ${hex.slice(0, 40)}`,
      frames: [text(around(hex))],
      end: notUtf8,
    },
    {
      what: `6.4 a text with ${what}, in two frames: ${hex.slice(0, 40)}`,
      frames: fragments(halves(around(hex), head.length + 1)),
      end: notUtf8,
    },
  ]),
]);

/** The last character of a text, without its last bytes. */
const cutOff: readonly Case[] = ["é", "€", "🐙"].flatMap((character) => {
  const bytes = Buffer.from(character);
  return Array.from({ length: bytes.length - 1 }, (_, index) =>
    bytes.subarray(0, index + 1),
  ).flatMap((part) => [
    {
      what: `a text that ends after ${part.length} of the ${bytes.length} bytes of ${character}`,
      frames: [text(Buffer.concat([Buffer.from(head), part]))],
      end: notUtf8,
    },
    {
      what: `the same, ${part.length} of ${bytes.length}, with an empty frame behind`,
      frames: fragments([Buffer.concat([Buffer.from(head), part]), ""]),
      end: notUtf8,
    },
  ]);
});

const [before, behind] = halves(message('"é"'), head.length + 1);

const others: readonly Case[] = [
  {
    what: "6.1 three empty frames are an empty text",
    frames: fragments(["", "", ""]),
    texts: [noMessage],
  },
  {
    what: "a ping within a character",
    frames: [text(before, { fin: false }), ping("x"), continuation(behind)],
    texts: [echo('"é"')],
    pongs: ["x"],
  },
  {
    what: "a message behind one that was cut within its characters",
    frames: [...fragments(partsOf(message('"é€🐙"'), 1)), hello],
    texts: [echo('"é€🐙"'), helloEcho],
  },
  {
    what: "half a character in one message, and the other half in the next",
    frames: [text(before), text(behind)],
    end: notUtf8,
  },
  {
    what: "bytes in fragments that are no text",
    frames: fragments([before, "x"], opcodes.binary),
    end: notUtf8,
  },
];

export const utf8: Section = {
  title: "texts that are UTF-8, and others (RFC 6455, 8.1; Autobahn 6)",
  cases: [...right, ...wrong, ...cutOff, ...others],
};
