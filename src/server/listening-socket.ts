// What one read of one connection may bring. The kernel lets a fast sender have megabytes waiting in its buffer, and
// Bun 1.4.4 reads up to half a MiB of that at once, again and again, and handles it all before it polls another socket.
// Connections inherit the size of this buffer from the socket that listens, which Bun has no option for.

import { ptr } from "bun:ffi";
import { libc } from "../observe/libc.ts";
import { openFileNumbers } from "../observe/resources.ts";

/**
 * Bytes that may wait unread in the kernel. A quarter of what a connection may send in a second unless set otherwise, so
 * it may do that over a quarter of a second's way. By `bench flood`: of pings without pause, others had a p99 of 7 ms in
 * place of 32, and with half as many bytes it was no better.
 */
export const receiveBytes = 65_536;

/** Of Linux, for both kinds of processors: SOL_SOCKET, SO_RCVBUF and SO_ACCEPTCONN. */
const socketLevel = 1;
const receiveBuffer = 8;
const acceptsConnections = 30;

const intBytes = 4;

/**
 * Sets up the sockets on which this process listens.
 * @returns how many there are; none on other systems than Linux, where all works without this
 */
export function boundReads(): number {
  try {
    const setUp = setter();
    return openFileNumbers().filter(setUp).length;
  } catch {
    return 0;
  }
}

/** @returns what sets up a file that is such a socket, and says whether it did. @throws if there is no C library */
function setter(): (file: number) => boolean {
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
