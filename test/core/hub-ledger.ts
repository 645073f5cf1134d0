// What one peer was promised, and whether it is kept: every frame that its outbox took or that was
// published to it, in the order of the program, reaches its socket in that order, once, and then its reader.

import type { Clock } from "../../src/core/clock.ts";
import { gatherBytes, type Limits, socketBufferBytes } from "../../src/core/limits.ts";
import type { Delivery } from "../../src/core/outcome.ts";
import type { FakePeer } from "../support/fake-node.ts";
import { brief, View } from "./hub-frames.ts";

/** A client's frames in these tests are not larger. */
export const maxFrameBytes = 16_384;

/** What the server would set for it. */
export const socketLimitBytes = socketBufferBytes(maxFrameBytes);

export class Ledger {
  /** Taken for this peer, by its outbox or its socket. */
  readonly accepted: string[] = [];
  /** Refused by its outbox. */
  readonly dropped: string[] = [];
  /** What its conversation was told of relays that failed: `<reference> <why>`. */
  readonly failures: string[] = [];
  /** What its outbox said last. */
  delivery: Delivery | undefined;
  /** Its socket is closed, and it has left everything: nothing is for it any more. */
  hasEnded = false;
  readonly view = new View();
  readonly peer: FakePeer["peer"];
  readonly socket: FakePeer["socket"];
  readonly #limits: Limits;
  #checked = 0;
  #seen = 0;
  /** Bytes of the largest frame so far: a socket takes one more before it refuses. */
  #largest = 0;
  /** Since when it is backed up, if it is, and what waited then. */
  #backedUpSince = 0;
  #backedUpWith: readonly string[] = [];

  constructor({ peer, socket }: FakePeer, limits: Limits, clock: Clock) {
    this.peer = peer;
    this.socket = socket;
    this.#limits = limits;
    peer.conversation = { failed: (reference, why) => this.failures.push(`${reference} ${why}`) };
    const backedUp = peer.backedUp.bind(peer);
    peer.backedUp = () => {
      this.#backedUpSince = clock.seconds;
      this.#backedUpWith = this.#waiting();
      backedUp();
    };
    const push = peer.outbox.push.bind(peer.outbox);
    peer.outbox.push = (frame) => {
      demand(!this.hasEnded, `${brief(frame)} was for somebody who is gone`);
      const due = this.#due(frame);
      this.#largest = Math.max(this.#largest, Buffer.byteLength(frame));
      if (due === "dropped") this.dropped.push(frame);
      else this.accepted.push(frame);
      this.delivery = push(frame);
      demand(this.delivery === due, `${brief(frame)} was ${this.delivery}, not ${due}`);
      return this.delivery;
    };
    const hear = socket.hear.bind(socket);
    socket.hear = (frame) => {
      demand(!this.hasEnded, `${brief(frame)} was published to somebody who is gone`);
      this.accepted.push(frame);
      hear(frame);
    };
  }

  /** What must hold whenever nothing is going on. */
  check(): void {
    const { peer, socket, accepted } = this;
    const { taken, received } = socket;
    for (; this.#checked < taken.length; this.#checked++) {
      const [is, due] = [taken[this.#checked], accepted[this.#checked]];
      demand(is === due, `the socket got ${brief(is)} in place of ${brief(due)}`);
    }
    for (; this.#seen < received.length; this.#seen++) {
      const frame = received[this.#seen] ?? "";
      demand(frame === taken[this.#seen], `the reader got ${brief(frame)} out of turn`);
      const wrong = this.view.read(frame);
      demand(wrong === undefined, `${brief(frame)} ${wrong}`);
    }
    demand(socket.lost.length === 0, `the socket lost ${brief(socket.lost[0])}`);
    const unread = socket.getBufferedAmount();
    demand(unread <= socketLimitBytes + this.#largest, `the socket holds ${unread} bytes`);
    const isStuck = peer.isOpen && peer.outbox.isBackedUp && unread === 0;
    demand(!isStuck, "no drain will come for what waits");
    this.#checkBounds();
  }

  /** What must hold of one who is not backed up, once its outbox was flushed or its reader has read. */
  checkDelivered(as: "taken" | "received"): void {
    if (this.peer.outbox.isBackedUp) return;
    const arrived = this.socket[as].length;
    demand(arrived === this.accepted.length, `${brief(this.accepted[arrived])} was not ${as}`);
  }

  /** Since when it is backed up, if it is. */
  get backedUpSince(): number | undefined {
    return this.peer.outbox.isBackedUp ? this.#backedUpSince : undefined;
  }

  /** In the outbox: taken by it, and not yet by the socket. */
  #waiting(): readonly string[] {
    return this.accepted.slice(this.socket.taken.length);
  }

  /** What has to become of a frame, by the limits. */
  #due(frame: string): Delivery {
    if (!this.peer.outbox.isBackedUp) return "sent";
    const waiting = this.#waiting();
    const { maxQueuedFrames, maxQueuedBytes } = this.#limits;
    const bytes = bytesOf(waiting) + Buffer.byteLength(frame);
    const fits = waiting.length < maxQueuedFrames && bytes <= maxQueuedBytes;
    return waiting.length === 0 || fits ? "queued" : "dropped";
  }

  /** What gathered in one tick was promised, and may exceed the limits of what waits. */
  #checkBounds(): void {
    const waiting = this.#waiting();
    const isBackedUp = this.peer.outbox.isBackedUp;
    const gathered = isBackedUp ? this.#backedUpWith : waiting;
    const units = gathered.slice(0, -1).join("").length;
    const { maxQueuedFrames, maxQueuedBytes } = this.#limits;
    const isQueue = isBackedUp && bytesOf(gathered) <= maxQueuedBytes;
    demand(units < gatherBytes || isQueue, `${units} units have gathered`);
    if (!isBackedUp) return;
    const frames = Math.max(maxQueuedFrames, gathered.length);
    demand(waiting.length <= frames, `${waiting.length} frames wait`);
    const [bytes, most] = [bytesOf(waiting), Math.max(maxQueuedBytes, bytesOf(gathered))];
    demand(bytes <= most || waiting.length === 1, `${bytes} bytes wait`);
  }
}

export function demand(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}

const bytesOf = (frames: readonly string[]): number =>
  frames.reduce((sum, frame) => sum + Buffer.byteLength(frame), 0);
