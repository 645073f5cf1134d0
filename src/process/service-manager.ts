// What a service manager is told where it asks for it: that the server is ready, reads its settings again, stops, and is
// alive (sd_notify of systemd). Bun has no datagram sockets of Unix, and a `systemd-notify` for each message would be a
// process for each and not the main one that the manager listens to, so the system's own calls are used.

import { ptr } from "bun:ffi";
import { libc } from "../observe/libc.ts";
import type { Log } from "../observe/log.ts";

/** The state that a message tells, as sd_notify(3) has it. */
export type State = "READY=1" | "RELOADING=1" | "STOPPING=1" | "WATCHDOG=1";

/** Tells one state. @param status shown by `systemctl status` */
export type TellManager = (state: State, status?: string) => void;

/** Linux: AF_UNIX; SOCK_DGRAM with SOCK_CLOEXEC; MSG_NOSIGNAL with MSG_DONTWAIT. */
const unix = 1;
const datagram = 0o2000002;
const noSignalNoWait = 0x4040;

/** @returns what does nothing if no manager asks, as on other systems than Linux */
export function serviceManager(environment: NodeJS.ProcessEnv, log: Log): TellManager {
  const path = environment["NOTIFY_SOCKET"] ?? "";
  if (process.platform !== "linux" || !/^[/@]/.test(path)) return () => undefined;
  const send = senderOrNone(path, log);
  const tell: TellManager = (state, status) =>
    send(status === undefined ? state : `${state}\nSTATUS=${status}`);
  const everyMs = watchdogMs(environment);
  if (everyMs !== undefined) setInterval(() => tell("WATCHDOG=1"), everyMs).unref();
  return tell;
}

function senderOrNone(path: string, log: Log): (text: string) => void {
  try {
    return sender(path);
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    log.warn(`cannot tell the service manager anything: ${why}`);
    return () => undefined;
  }
}

/** A third of the time after which the manager takes this process for hung. */
function watchdogMs(environment: NodeJS.ProcessEnv): number | undefined {
  const { WATCHDOG_USEC: limit = "", WATCHDOG_PID: pid } = environment;
  if (pid !== undefined && pid !== String(process.pid)) return undefined;
  return /^[1-9]\d{0,14}$/.test(limit) ? Math.max(1, Number(limit) / 3_000) : undefined;
}

/** @throws if there is no such library, or no socket */
function sender(path: string): (text: string) => void {
  const { socket, sendto } = libc({
    socket: { args: ["i32", "i32", "i32"], returns: "i32" },
    sendto: { args: ["i32", "ptr", "u64", "i32", "ptr", "u32"], returns: "i64" },
  });
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
