// What one read of one connection may bring. The kernel lets a fast sender have megabytes waiting in its buffer, and
// Bun 1.4.4 reads up to half a MiB of that at once, again and again, and handles it all before it polls another socket.
// Connections inherit the size of this buffer from the socket that listens, which Bun has no option for.

import { ptr } from "bun:ffi";
import { closeSync, openSync } from "node:fs";
import { libc } from "../observe/libc.ts";

/**
 * Bytes that may wait unread in the kernel, and up to twice as many where it has room. A quarter of what a connection may
 * send in a second unless set otherwise, so it may do that over a quarter of a second's way. By `bench flood`: of pings without pause, others had a p99 of 7 ms in
 * place of 32, and with half as many bytes it was no better.
 */
export const receiveBytes = 65_536;

/** Of Linux, for both kinds of processors: SOL_SOCKET, SO_RCVBUF and SO_ACCEPTCONN. */
const socketLevel = 1;
const receiveBuffer = 8;
const acceptsConnections = 30;

const intBytes = 4;

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
    setUp ??= setter();
    for (let file = first; file < first + maxFiles; file++) if (setUp(file)) return true;
  } catch {
    // There is no C library.
  }
  return false;
}

/** Sets up a file that is such a socket, and says whether it did. */
type SetUp = (file: number) => boolean;

/** Made once: the library stays open. */
let setUp: SetUp | undefined;

/** @throws if there is no C library */
function setter(): SetUp {
  const { getsockopt, setsockopt } = libc({
    getsockopt: { args: ["i32", "i32", "i32", "ptr", "ptr"], returns: "i32" },
    setsockopt: { args: ["i32", "i32", "i32", "ptr", "u32"], returns: "i32" },
  });
  const value = new Int32Array(1);
  const length = new Uint32Array(1);
  return (file) => {
    length[0] = intBytes;
    const failed = getsockopt(file, socketLevel, acceptsConnections, ptr(value), ptr(length));
    if (failed !== 0 || value[0] !== 1) return false;
    value[0] = receiveBytes;
    return setsockopt(file, socketLevel, receiveBuffer, ptr(value), intBytes) === 0;
  };
}
