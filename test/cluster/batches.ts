// Batches as a test says them: parts as JSON with their frames in them, whatever is wrong with the rest.

import type { Message } from "../../src/cluster/carrier.ts";
import { readBatch } from "../../src/cluster/read-batch.ts";
import { lineOf } from "../../src/cluster/write-batch.ts";
import type { NodeId } from "../../src/core/ids.ts";

/** As nodes publish it. Frames that are texts go where they belong; all else stays as it is. */
export function batchOf(
  node: NodeId,
  epoch: number,
  serial: number,
  parts: readonly string[],
  isFirst = false,
): string {
  let frames = "";
  const jsons = parts.map((json) => {
    const part = JSON.parse(json);
    if (typeof part?.f !== "string" || part.f === "") return json;
    frames += part.f;
    return JSON.stringify({ ...part, f: Buffer.byteLength(part.f) });
  });
  return lineOf(node, epoch, serial, jsons.join(), isFirst) + frames;
}

/** A message, as the text that it is. */
export function textOf(message: Message): string {
  const bytes = Buffer.alloc(message.bytes);
  if (message.writeTo(bytes, 0) !== bytes.length) throw new Error("not as long as it says");
  return bytes.toString();
}

/** What nodes read in a text that was published. */
export const read = (text: string) => readBatch(Buffer.from(text));
