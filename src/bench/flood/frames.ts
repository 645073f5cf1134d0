// What attacks send: text frames, and blocks of many frames that are made once.

import { encodeFrame, opcode } from "../frame.ts";

/** About as much as the kernel takes from one write without splitting it. */
const blockBytes = 65_536;

export const textFrame = (text: string): Uint8Array => encodeFrame(opcode.text, Buffer.from(text));

/** The same bytes again and again, as often as they fit into a block, and at least once. */
export function blockOf(bytes: Uint8Array): Uint8Array {
  const count = Math.max(1, Math.floor(blockBytes / bytes.length));
  return Buffer.concat(Array.from({ length: count }, () => bytes));
}
