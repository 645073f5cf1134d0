// Connections to this server that it has never sent anything, as the kernel tells: whoever is at the other end has not asked
// for anything whole. Bun 1.4.4 shows them to nobody before they have, and cuts them after 12 s. When files are short,
// they are ended sooner. Only on Linux.

import { ptr } from "bun:ffi";
import { libc } from "../observe/libc.ts";

/** Of Linux, for both kinds of processors: IPPROTO_TCP, TCP_INFO, TCP_ESTABLISHED and SHUT_RDWR. */
const tcp = 6;
const tcpInfo = 11;
const established = 1;
const bothWays = 2;

/** Bytes of `struct tcp_info` that are needed, and where in it the segments are counted that were sent with data. */
const infoBytes = 160;
const segmentsSentAt = 156;

/** Bytes of the longest address of a socket, and where in it the port is. */
const addressBytes = 128;
const portAt = 2;

/** Files that are looked at in one call, a microsecond each. */
const filesPerCall = 1024;

/**
 * Rounds for which a connection may be unanswered. Bun has the kernel hand over connections once they have sent something
 * (TCP_DEFER_ACCEPT), or a second later: what an honest one asks for is there when it is accepted.
 */
const patientRounds = 1;

/** The same while some request is being answered: it may be any of them. */
const answeringRounds = 100;

/** A connection that nothing was sent on. */
interface Silent {
  /** The port of the other end: the file may be another connection by now. */
  readonly peer: number;
  /** The round that has found it. */
  readonly since: number;
}

const functions = {
  getsockopt: { args: ["i32", "i32", "i32", "ptr", "ptr"], returns: "i32" },
  getsockname: { args: ["i32", "ptr", "ptr"], returns: "i32" },
  getpeername: { args: ["i32", "ptr", "ptr"], returns: "i32" },
  shutdown: { args: ["i32", "i32"], returns: "i32" },
} as const;

type System = ReturnType<typeof libc<typeof functions>>;

export class UnansweredConnections {
  readonly #port: number;
  readonly #maxFiles: number;
  readonly #system: System;
  readonly #info = Buffer.alloc(infoBytes);
  readonly #address = Buffer.alloc(addressBytes);
  readonly #length = new Uint32Array(1);
  /** By file. */
  readonly #silent = new Map<number, Silent>();
  #round = 0;
  #next = 0;

  /**
   * @param port on which this server listens
   * @param maxFiles no file has a number as high as that
   * @throws if there is no C library, as on other systems than Linux
   */
  constructor(port: number, maxFiles: number) {
    this.#port = port;
    this.#maxFiles = maxFiles;
    this.#system = libc(functions);
  }

  /**
   * Ends those that have been unanswered for some rounds. A call looks at so many files, and the next one at those that follow.
   * @param isAnswering whether some request has come whole and has no answer yet
   * @returns how many have ended; Bun closes them once it polls its sockets
   */
  end(isAnswering: boolean): number {
    let ended = 0;
    const rounds = isAnswering ? answeringRounds : patientRounds;
    const end = Math.min(this.#next + filesPerCall, this.#maxFiles);
    for (let file = this.#next; file < end; file++) {
      const peer = this.#peerOf(file);
      const before = this.#silent.get(file);
      if (peer === undefined) this.#silent.delete(file);
      else if (before?.peer !== peer) this.#silent.set(file, { peer, since: this.#round });
      else if (this.#round - before.since >= rounds) {
        this.#system.shutdown(file, bothWays);
        ended++;
      }
    }
    this.#next = end === this.#maxFiles ? 0 : end;
    if (this.#next === 0) this.#round++;
    return ended;
  }

  /** The port of the other end, if nothing was ever sent to it. */
  #peerOf(file: number): number | undefined {
    const { getsockopt, getsockname, getpeername } = this.#system;
    const [info, address, length] = [this.#info, this.#address, this.#length];
    length[0] = infoBytes;
    if (getsockopt(file, tcp, tcpInfo, ptr(info), ptr(length)) !== 0) return undefined;
    if (info[0] !== established || info.readUInt32LE(segmentsSentAt) > 0) return undefined;
    length[0] = addressBytes;
    if (getsockname(file, ptr(address), ptr(length)) !== 0) return undefined;
    if (address.readUInt16BE(portAt) !== this.#port) return undefined;
    length[0] = addressBytes;
    if (getpeername(file, ptr(address), ptr(length)) !== 0) return undefined;
    return address.readUInt16BE(portAt);
  }
}
