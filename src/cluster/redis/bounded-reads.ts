// What one read of the connection to Redis may bring: other nodes may send megabytes at once, and clients would wait for all
// of it.

import type { Redis } from "ioredis";
import { boundReceiveBuffer } from "../../observe/receive-buffer.ts";

/** The file of a socket, which Node keeps to itself. */
interface Handle {
  readonly _handle?: { readonly fd?: unknown } | null;
}

/** @param redis that has just connected */
export function boundReads({ stream }: Pick<Redis, "stream">): void {
  const { _handle: handle }: Handle = stream as unknown as Handle;
  if (typeof handle?.fd === "number" && handle.fd >= 0) boundReceiveBuffer(handle.fd);
}
