// Finds the socket on which this process listens, for what the runtime has no option for: connections inherit the size of its
// receive buffer.

import { ptr } from "bun:ffi";
import { closeSync, openSync } from "node:fs";
import { libc } from "../observe/libc.ts";
import { boundReceiveBuffer, intBytes, socketLevel } from "../observe/receive-buffer.ts";

/** Of Linux, for both kinds of processors: SO_ACCEPTCONN. */
const acceptsConnections = 30;

/** Files that are looked at: the runtime opens some of its own at the first socket. */
const maxFiles = 32;

/** The lowest number that no open file has: the next one to be opened gets it. Undefined if there is none. */
export function nextFile(): number | undefined {
  try {
    const file = openSync("/dev/null", "r");
    closeSync(file);
    return file;
  } catch {
    return undefined;
  }
}

/**
 * Sets up the socket on which this process has just begun to listen.
 * @param first `nextFile` before that: looking at all open files would take tens of milliseconds
 * @returns whether there was one; not on other systems than Linux, where all works without this
 */
export function boundReads(first: number | undefined): boolean {
  if (first === undefined) return false;
  try {
    isListening ??= finder();
    for (let file = first; file < first + maxFiles; file++)
      if (isListening(file)) return boundReceiveBuffer(file);
  } catch {
    // There is no C library.
  }
  return false;
}

type IsListening = (file: number) => boolean;

/** Made once: the library stays open. */
let isListening: IsListening | undefined;

/** @throws if there is no C library */
function finder(): IsListening {
  const { getsockopt } = libc({
    getsockopt: { args: ["i32", "i32", "i32", "ptr", "ptr"], returns: "i32" },
  });
  const value = new Int32Array(1);
  const length = new Uint32Array(1);
  return (file) => {
    length[0] = intBytes;
    const failed = getsockopt(file, socketLevel, acceptsConnections, ptr(value), ptr(length));
    return failed === 0 && value[0] === 1;
  };
}
