// Batches as a test says them: parts as JSON with their frames in them, whatever is wrong with the rest.

import { readBatch } from "../../src/cluster/read-batch.ts";
import { batchText } from "../../src/cluster/write-batch.ts";
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
  return batchText(node, epoch, serial, jsons.join(), frames, isFirst);
}

/** What nodes read in a text that was published. */
export const read = (text: string) => readBatch(Buffer.from(text));
