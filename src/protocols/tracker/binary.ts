// Binary strings, which is what info_hashes and peer_ids are: JSON strings of 20 characters that stand for a
// byte each, 0 to 255.

import { stringOf } from "../json/raw-members.ts";

/** What it spells, and the JSON in which it came. */
export interface Binary {
  readonly text: string;
  readonly raw: string;
}

/** Bytes of a SHA-1. */
const byteLength = 20;

/** The longest way to write one: `\u00ff` for each byte, in quotes. */
const maxRawLength = 6 * byteLength + 2;

/**
 * @param raw JSON
 * @param knownRaw JSON that was read before, and may come again
 * @param known what that spells
 */
export function binaryOf(
  raw: string | undefined,
  knownRaw?: string,
  known = "",
): Binary | undefined {
  if (raw !== undefined && raw === knownRaw) return { text: known, raw };
  // First, so that no long text is unescaped.
  if (raw === undefined || raw.length > maxRawLength) return undefined;
  const text = stringOf(raw);
  return text !== undefined && isBinary(text) ? { text, raw } : undefined;
}

/** The JSON of a binary string in memory of its own, with a byte for each character. */
export const ownRaw = ({ raw }: Binary): string => Buffer.from(raw, "latin1").toString("latin1");

export function isBinary(text: string): boolean {
  if (text.length !== byteLength) return false;
  for (let at = 0; at < byteLength; at++) if (text.charCodeAt(at) > 0xff) return false;
  return true;
}
