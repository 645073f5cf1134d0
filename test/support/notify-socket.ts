// A socket such as a service manager has, which keeps what it is told. Bun has no datagram sockets of Unix.

import { dlopen, ptr } from "bun:ffi";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const libc = dlopen("libc.so.6", {
  socket: { args: ["i32", "i32", "i32"], returns: "i32" },
  bind: { args: ["i32", "ptr", "u32"], returns: "i32" },
  recv: { args: ["i32", "ptr", "u64", "i32"], returns: "i64" },
  close: { args: ["i32"], returns: "i32" },
}).symbols;

const [unix, datagram, withoutWait] = [1, 0o2000002, 0x40];

export class NotifySocket implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), "notify-"));
  readonly path = join(this.#folder, "socket");
  readonly #descriptor = libc.socket(unix, datagram, 0);

  constructor() {
    const address = Buffer.alloc(2 + this.path.length + 1);
    address.writeUInt16LE(unix);
    address.write(this.path, 2);
    const failed = libc.bind(this.#descriptor, ptr(address), address.length);
    if (failed !== 0) throw new Error(`cannot bind ${this.path}`);
  }

  /** Resolves with the next message, once there is one. */
  async next(): Promise<string> {
    const bytes = Buffer.alloc(4096);
    for (;;) {
      const count = Number(libc.recv(this.#descriptor, ptr(bytes), bytes.length, withoutWait));
      if (count > 0) return bytes.toString("utf8", 0, count);
      // The kernel has no event for it here.
      await Bun.sleep(10);
    }
  }

  [Symbol.dispose](): void {
    libc.close(this.#descriptor);
    rmSync(this.#folder, { recursive: true });
  }
}
