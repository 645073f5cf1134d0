// The system's C library, for what the runtime has no call for.

import { dlopen, type FFIFunction } from "bun:ffi";

/** glibc, and musl as Alpine has it. */
const libraries = ["libc.so.6", "libc.musl-x86_64.so.1", "libc.musl-aarch64.so.1"];

/** @returns the functions that are named. @throws if there is no such library, as on other systems than Linux */
export function libc<Functions extends Record<string, FFIFunction>>(functions: Functions) {
  let last: unknown;
  for (const library of libraries) {
    try {
      return dlopen(library, functions).symbols;
    } catch (thrown) {
      last = thrown;
    }
  }
  throw last;
}
