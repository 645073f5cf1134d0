// Writes DER (ITU-T X.690), as far as a certificate needs it.

const tags = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utf8: 0x0c,
  sequence: 0x30,
  set: 0x31,
  utcTime: 0x17,
} as const;

/** @param tag a number below 31, with the bits of its class */
export function der(tag: number | keyof typeof tags, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const number = typeof tag === "number" ? tag : tags[tag];
  return Buffer.concat([Buffer.from([number, ...lengthOf(content)]), content]);
}

function lengthOf({ length }: Uint8Array): readonly number[] {
  if (length < 0x80) return [length];
  const digits = length < 0x100 ? [length] : [length >> 8, length & 0xff];
  return [0x80 | digits.length, ...digits];
}

/** @param dotted `2.5.4.3`; each number after the second is below 2^21 */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const digits = rest.flatMap((number) =>
    [number >> 14, number >> 7, number]
      .filter((shifted, index) => shifted > 0 || index === 2)
      .map((shifted, index, all) => (shifted & 0x7f) | (index === all.length - 1 ? 0 : 0x80)),
  );
  return der("oid", Buffer.from([first * 40 + second, ...digits]));
}

/** @param bytes of a number above 0, big-endian */
export const integer = (bytes: Uint8Array): Buffer =>
  (bytes[0] ?? 0) >= 0x80 ? der("integer", Buffer.from([0]), bytes) : der("integer", bytes);

/** Bits whose number is a multiple of 8. */
export const bitString = (bytes: Uint8Array): Buffer => der("bitString", Buffer.from([0]), bytes);

/** Until 2049. */
export const utcTime = (date: Date): Buffer =>
  der(
    "utcTime",
    Buffer.from(
      `${date
        .toISOString()
        .replaceAll(/[-:T]|\.\d+/g, "")
        .slice(2)}`,
    ),
  );
