// Writes batches: a line of JSON, and after it the frames of its parts as they are, so that nobody has to quote a frame,
// or to search for its end.

import type { NodeId } from "../core/ids.ts";
import { type BatchPart, majorVersion } from "./message.ts";

/** A part, as it is in a batch. */
export interface WrittenPart {
  /** JSON of the part, with the bytes of UTF-8 of its frame in place of the frame. */
  readonly json: string;
  /** Empty if the part has none. */
  readonly frame: string;
  /** Bytes of UTF-8 of both. */
  readonly bytes: number;
}

export function writePart(part: BatchPart): WrittenPart {
  const frame = "f" in part ? part.f : "";
  const frameBytes = Buffer.byteLength(frame);
  const json = JSON.stringify(frame === "" ? part : { ...part, f: frameBytes });
  return { json, frame, bytes: frameBytes + Buffer.byteLength(json) };
}

/** All batches of a node begin with this, so that it can tell its own. */
export const headOf = (node: NodeId): string => `{"v":${majorVersion},"n":"${node}",`;

/**
 * @param jsons of the parts, in a row with commas
 * @param frames of the parts, in a row
 * @param isFirst whether it has `f`
 */
export const batchText = (
  node: NodeId,
  epoch: number,
  serial: number,
  jsons: string,
  frames: string,
  isFirst = false,
): string =>
  `${headOf(node)}"e":${epoch},"s":${serial},${isFirst ? '"f":1,' : ""}"b":[${jsons}]}\n${frames}`;
