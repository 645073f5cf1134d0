// What the kernel keeps of a connection until it is read. It lets a fast sender have megabytes there, and Bun 1.4.4 reads up
// to half a MiB of that at once, again and again, and handles it all before it polls another socket. Bun has no option for
// it. Only on Linux; elsewhere all works without this.

import { ptr } from "bun:ffi";
import { libc } from "./libc.ts";

/**
 * Bytes that may wait unread in the kernel, and up to twice as many where it has room. A quarter of what a client may send
 * in a second unless set otherwise, so it may do that over a quarter of a second's way. By `bench flood`: of pings without
 * pause, others had a p99 of 7 ms in place of 32, and with half as many bytes it was no better.
 */
export const receiveBytes = 65_536;

/** Of Linux, for both kinds of processors: SOL_SOCKET and SO_RCVBUF. */
export const socketLevel = 1;
const receiveBuffer = 8;

export const intBytes = 4;

/** Sets the buffer of a file. @returns whether it is a socket */
type SetUp = (file: number) => boolean;

/** Made once: the library stays open. */
let setUp: SetUp | undefined;

/** @param file of a socket; those that it accepts have the same. @returns whether it could be done */
export function boundReceiveBuffer(file: number): boolean {
  try {
    setUp ??= setter();
    return setUp(file);
  } catch {
    return false;
  }
}

/** @throws if there is no C library */
function setter(): SetUp {
  const { setsockopt } = libc({
    setsockopt: { args: ["i32", "i32", "i32", "ptr", "u32"], returns: "i32" },
  });
  const value = new Int32Array([receiveBytes]);
  return (file) => setsockopt(file, socketLevel, receiveBuffer, ptr(value), intBytes) === 0;
}
