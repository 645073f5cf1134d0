// What no client of any protocol should send, and what becomes of a good message when something in it is
// replaced.

import { encodeFrame, type Outgoing, opcodes } from "../support/raw-frame.ts";

/** The bytes that a client writes, and what they are. */
export interface Hostile {
  readonly what: string;
  readonly bytes: Uint8Array;
  /** The code with which the server closes the socket; left out where it need not close it. */
  readonly code?: number;
}

export function hostile(frame: Outgoing, code?: number): Hostile {
  const start = JSON.stringify(Buffer.from(frame.payload ?? "").toString("latin1", 0, 60));
  return {
    what: frame.opcode === undefined ? start : `${start}, opcode ${frame.opcode}`,
    bytes: encodeFrame(frame),
    ...(code !== undefined && { code }),
  };
}

const nest = (depth: number): string => `${"[".repeat(depth)}${"]".repeat(depth)}`;

/** A byte that begins nothing in UTF-8. */
const noUtf8 = Buffer.from('{"type":"\xff"}', "latin1");

/** Longest message that some protocol takes by default. */
const maxFrameBytes = 262_144;

const tooLong = "x".repeat(maxFrameBytes + 1);

const texts = [
  ...["", " ", "?", "{", "nul", '{"type":', '{"type":"offer",}', "{} {}", "\ufeff{}", "\0"],
  ...["null", "true", "5", '"offer"', "[]", "[[]]", '[{"type":"offer"}]', "{}"],
  ...[
    "[".repeat(maxFrameBytes),
    nest(30_000),
    nest(120_000),
    '{"a":'.repeat(13_000),
    '"'.repeat(maxFrameBytes),
  ],
  ...["9".repeat(maxFrameBytes), `{"${"\\".repeat(60_001)}`, '{"\\ud800":"\\udfff"}'],
  '{"__proto__":{"type":"offer"},"constructor":{"prototype":{}}}',
];

export const hostileFrames: readonly Hostile[] = [
  hostile({ payload: tooLong }, 1009),
  hostile({ payload: tooLong, opcode: opcodes.binary }, 1009),
  hostile({ payload: noUtf8 }, 1007),
  hostile({ payload: noUtf8, opcode: opcodes.binary }, 1007),
  hostile({ payload: "{}", reserved: 4 }, 1002),
  hostile({ payload: "{}", opcode: 3 }, 1002),
  hostile({ payload: "{}", opcode: opcodes.continuation }, 1002),
  hostile({ payload: "x".repeat(126), opcode: opcodes.ping }, 1002),
  ...texts.map((payload) => hostile({ payload })),
];

/** Values of a type, a length or a depth that nobody expects. */
const oddValues: readonly string[] = [
  ...["null", "true", "5", "-0", "1e400", '""', "[]", "{}", '["x"]', '{"x":1}'],
  ...['"__proto__"', '"toString"', '"\\ud800"', '"\\u0000"', `"${"x".repeat(60_000)}"`],
  ...[nest(20_000), `{"__proto__":${nest(3)}}`],
];

/** A message with one of its members replaced, left out, or repeated with another value. */
export const distorted = (message: string): readonly Hostile[] =>
  variantsOf(JSON.parse(message)).map((payload) => hostile({ payload }));

function variantsOf(value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  const members = Object.entries(value).map(
    ([key, each]) => [JSON.stringify(key), JSON.stringify(each), each] as const,
  );
  return members.flatMap(([key, raw, each]) => {
    const others = members.filter(([other]) => other !== key).map(([k, r]) => `${k}:${r}`);
    const objectWith = (...own: readonly string[]) => `{${[...own, ...others].join()}}`;
    return [
      objectWith(),
      ...[...oddValues, ...variantsOf(each)].map((odd) => objectWith(`${key}:${odd}`)),
      objectWith(`${key}:5`, `${key}:${raw}`),
      objectWith(`${key}:${raw}`, `${key}:{}`),
    ];
  });
}
