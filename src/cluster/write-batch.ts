// Writes batches: a line of JSON, and after it the frames of its parts as they are, so that nobody has to quote a frame,
// or to search for its end. A frame becomes bytes once, when it is added: they wait in one place for the end of the
// tick, so that batches need no memory of their own for them.

import type { NodeId } from "../core/ids.ts";
import type { Message } from "./carrier.ts";
import { type BatchPart, majorVersion } from "./message.ts";

/** Bytes that are kept from tick to tick. */
const keptBytes = 2_097_152;

/** Most bytes of UTF-8 of one UTF-16 unit. */
const bytesOfUnit = 3;

/** The frames of all batches of one tick, as UTF-8. */
export class FrameBytes {
  #bytes = Buffer.allocUnsafeSlow(65_536);
  #end = 0;

  /** Where the next frame begins. */
  get end(): number {
    return this.#end;
  }

  /** @returns bytes of the frame */
  add(frame: string): number {
    this.#reserve(frame.length * bytesOfUnit);
    const written = this.#bytes.write(frame, this.#end);
    this.#end += written;
    return written;
  }

  copy(begin: number, end: number, target: Buffer, at: number): number {
    return this.#bytes.copy(target, at, begin, end);
  }

  /** All batches have been published. */
  clear(): void {
    this.#end = 0;
    if (this.#bytes.length > keptBytes) this.#bytes = Buffer.allocUnsafeSlow(keptBytes);
  }

  #reserve(bytes: number): void {
    if (this.#end + bytes <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#end + bytes, this.#bytes.length * 2));
    this.#bytes.copy(larger, 0, 0, this.#end);
    this.#bytes = larger;
  }
}

/** A batch while it gathers, and then the message that it is. */
export class BatchWriter implements Message {
  readonly #frames: FrameBytes;
  #parts = "";
  #line = "";
  /** Where its frames are: begin and end, in turn. Frames in a row are one. */
  readonly #places: number[] = [];
  #frameBytes = 0;
  #lineBytes = 0;

  constructor(frames: FrameBytes) {
    this.#frames = frames;
  }

  /** @returns bytes of the part */
  add(part: BatchPart): number {
    const frameBytes = "f" in part && part.f !== "" ? this.#addFrame(part.f) : 0;
    const json = jsonOf(part, frameBytes);
    this.#parts += this.#parts === "" ? json : `,${json}`;
    return frameBytes + json.length;
  }

  /**
   * No part comes after this.
   * @param isFirst whether it has `f`
   */
  end(node: NodeId, epoch: number, serial: number, isFirst: boolean): void {
    this.#line = lineOf(node, epoch, serial, this.#parts, isFirst);
    this.#lineBytes = Buffer.byteLength(this.#line);
  }

  get bytes(): number {
    return this.#lineBytes + this.#frameBytes;
  }

  writeTo(target: Buffer, at: number): number {
    let end = at + target.write(this.#line, at);
    for (let index = 0; index < this.#places.length; index += 2) {
      const [begin = 0, stop = 0] = [this.#places[index], this.#places[index + 1]];
      end += this.#frames.copy(begin, stop, target, end);
    }
    return end;
  }

  #addFrame(frame: string): number {
    const begin = this.#frames.end;
    const bytes = this.#frames.add(frame);
    if (this.#places.at(-1) === begin) this.#places.pop();
    else this.#places.push(begin);
    this.#places.push(begin + bytes);
    this.#frameBytes += bytes;
    return bytes;
  }
}

/** @param frameBytes what it has in place of its frame */
function jsonOf(part: BatchPart, frameBytes: number): string {
  // Most are relays.
  if (part.t === "relay")
    return `{"t":"relay","c":${JSON.stringify(part.c)},"to":${JSON.stringify(part.to)},"f":${frameBytes}}`;
  return JSON.stringify(frameBytes === 0 ? part : { ...part, f: frameBytes });
}

/** All batches of a node begin with this, so that it can tell its own. */
export const headOf = (node: NodeId): string => `{"v":${majorVersion},"n":"${node}",`;

/**
 * The JSON of a batch, after which its frames follow in a row.
 * @param parts as JSON, in a row with commas
 * @param isFirst whether it has `f`
 */
export const lineOf = (
  node: NodeId,
  epoch: number,
  serial: number,
  parts: string,
  isFirst: boolean,
): string =>
  `${headOf(node)}"e":${epoch},"s":${serial},${isFirst ? '"f":1,' : ""}"b":[${parts}]}\n`;
