// What a service manager is told where it asks for it: that the server is ready, reads its settings again, stops, and is
// alive (sd_notify of systemd). Bun has no datagram sockets of Unix, and a `systemd-notify` for each message would be a
// process for each and not the main one that the manager listens to, so the system's own calls are used.

import type { Log } from "../observe/log.ts";

/** The state that a message tells, as sd_notify(3) has it. */
export type State = "READY=1" | "RELOADING=1" | "STOPPING=1" | "WATCHDOG=1";

/** Tells one state. @param status shown by `systemctl status` */
export type TellManager = (state: State, status?: string) => void;

/** Linux: AF_UNIX; SOCK_DGRAM with SOCK_CLOEXEC; MSG_NOSIGNAL with MSG_DONTWAIT. */
const unix = 1;
const datagram = 0o2000002;
const noSignalNoWait = 0x4040;

/** glibc, and musl as Alpine has it. */
const libraries = ["libc.so.6", "libc.musl-x86_64.so.1", "libc.musl-aarch64.so.1"];

/** @returns what does nothing if no manager asks, as on other systems than Linux */
export function serviceManager(environment: NodeJS.ProcessEnv, log: Log): TellManager {
  const path = environment["NOTIFY_SOCKET"] ?? "";
  if (process.platform !== "linux" || !/^[/@]/.test(path)) return () => undefined;
  // A queue: messages keep their order also while the library is being opened.
  let send: Promise<(text: string) => void> = sender(path).catch((error: Error) => {
    log.warn(`cannot tell the service manager anything: ${error.message}`);
    return () => undefined;
  });
  const tell: TellManager = (state, status) => {
    const text = status === undefined ? state : `${state}\nSTATUS=${status}`;
    send = send.then((write) => {
      write(text);
      return write;
    });
  };
  const everyMs = watchdogMs(environment);
  if (everyMs !== undefined) setInterval(() => tell("WATCHDOG=1"), everyMs).unref();
  return tell;
}

/** A third of the time after which the manager takes this process for hung. */
function watchdogMs(environment: NodeJS.ProcessEnv): number | undefined {
  const { WATCHDOG_USEC: limit = "", WATCHDOG_PID: pid } = environment;
  if (pid !== undefined && pid !== String(process.pid)) return undefined;
  return /^[1-9]\d{0,14}$/.test(limit) ? Math.max(1, Number(limit) / 3_000) : undefined;
}

/** @throws if there is no such library, or no socket */
async function sender(path: string): Promise<(text: string) => void> {
  const { dlopen, ptr } = await import("bun:ffi");
  const open = (name: string) =>
    dlopen(name, {
      socket: { args: ["i32", "i32", "i32"], returns: "i32" },
      sendto: { args: ["i32", "ptr", "u64", "i32", "ptr", "u32"], returns: "i64" },
    }).symbols;
  const { socket, sendto } = firstOf(libraries, open);
  const descriptor = socket(unix, datagram, 0);
  if (descriptor < 0) throw new Error("there is no datagram socket to be had");
  const address = addressOf(path);
  return (text) => {
    const bytes = Buffer.from(text);
    sendto(descriptor, ptr(bytes), bytes.length, noSignalNoWait, ptr(address), address.length);
  };
}

/** A `sockaddr_un`. A name that begins with @ is in the abstract namespace, where a zero stands first and none last. */
function addressOf(path: string): Buffer {
  const name = path.startsWith("@") ? `\0${path.slice(1)}` : `${path}\0`;
  const address = Buffer.alloc(2 + Buffer.byteLength(name));
  // Both kinds of processors that Linux runs on here are little-endian.
  address.writeUInt16LE(unix);
  address.write(name, 2);
  return address;
}

/** @throws what the last one throws */
function firstOf<From, To>(items: readonly From[], make: (item: From) => To): To {
  let last: unknown;
  for (const item of items) {
    try {
      return make(item);
    } catch (thrown) {
      last = thrown;
    }
  }
  throw last;
}
