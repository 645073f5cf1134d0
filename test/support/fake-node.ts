// A node of the core on fake sockets, wired as the server wires Bun's: drains and ends reach the peer, and
// the tick of the event loop ends when a test says so.

import { Announcer } from "../../src/core/announcer.ts";
import type { Bus } from "../../src/core/bus.ts";
import { Clock } from "../../src/core/clock.ts";
import { closeReasons } from "../../src/core/close.ts";
import type { Limits } from "../../src/core/limits.ts";
import { Node } from "../../src/core/node.ts";
import type { Peer } from "../../src/core/peer.ts";
import type { Patience } from "../../src/core/peer-group.ts";
import { Tick } from "../../src/core/tick.ts";
import { Traffic } from "../../src/core/traffic.ts";
import { WorkQueue } from "../../src/core/work-queue.ts";
import { AddressTable } from "../../src/server/address-table.ts";
import { FakeBroker } from "./fake-broker.ts";
import { FakeSocket } from "./fake-socket.ts";

/** More than any test reaches by accident. */
export const roomy: Limits = {
  maxQueuedFrames: 1000,
  maxQueuedBytes: 1_000_000,
  maxAllQueuedBytes: 1_000_000_000,
  slowPeerSeconds: 30,
  maxTopicMembers: 1000,
  maxTopics: 0,
  framesPerSecond: 0,
  bytesPerSecond: 0,
  resumeSeconds: 30,
};

export const patient: Patience = {
  pingSeconds: 25,
  silentSeconds: 60,
  gone: closeReasons.silent,
};

/** Addresses that may do anything. */
export const freeAddresses = (): AddressTable =>
  new AddressTable(new Clock(() => undefined), { connections: 0, requestsPerSecond: 0 });

/** What was scheduled for the end of the tick. */
export class FakeTicks {
  readonly #waiting: (() => void)[] = [];
  readonly schedule = (run: () => void): void => {
    this.#waiting.push(run);
  };

  /** How many callbacks were scheduled. */
  get size(): number {
    return this.#waiting.length;
  }

  end(): void {
    for (const run of this.#waiting.splice(0)) run();
  }
}

export interface FakePeer {
  readonly peer: Peer;
  readonly socket: FakeSocket;
}

/** By default no time passes, so that each tick does all that there is to do. */
interface FakeTime {
  /** Milliseconds, as the end of a tick sees them. */
  readonly now?: () => number;
  readonly announcer?: Announcer;
}

export class FakeNode {
  readonly broker = new FakeBroker();
  /** What the core was told of faults. */
  readonly faults: unknown[] = [];
  /** What the core told the operator. */
  readonly warnings: (readonly [object, string])[] = [];
  readonly node: Node;
  /** What all its peers have sent and got. */
  readonly traffic = new Traffic();
  /** The milliseconds after which something is to happen, in the order in which that was asked for. */
  readonly delays: number[] = [];
  readonly #ticks = new FakeTicks();
  readonly #delayed: (() => void)[] = [];
  readonly #socketLimitBytes: number | undefined;

  constructor(
    limits: Partial<Limits> = {},
    bus?: Bus,
    socketLimitBytes?: number,
    { now = () => 0, announcer }: FakeTime = {},
  ) {
    const tick = new Tick(this.#ticks.schedule, now);
    this.node = new Node({
      limits: { ...roomy, ...limits },
      publish: (channel, frame, sender) =>
        sender === undefined
          ? this.broker.publish(channel, frame)
          : sender.publishText(channel, frame),
      fault: (thrown) => this.faults.push(thrown),
      log: { warn: (fields, message) => this.warnings.push([fields, message]) },
      bus,
      tick,
      later: (run, ms) => {
        this.delays.push(ms);
        this.#delayed.push(run);
      },
      announcer:
        announcer ??
        new Announcer({
          fault: (thrown) => this.faults.push(thrown),
          now: () => 0,
          wait: this.#ticks.schedule,
        }),
      work: new WorkQueue({
        fault: (thrown) => this.faults.push(thrown),
        now: () => 0,
        schedule: this.#ticks.schedule,
      }),
    });
    this.#socketLimitBytes = socketLimitBytes;
  }

  /** A client connects. `ended` is called when its socket is closed, by whomever. */
  connect(ended: (code: number) => void = () => undefined, patience = patient): FakePeer {
    const socket = new FakeSocket(this.broker, this.#socketLimitBytes);
    const { traffic } = this;
    const peer = this.node.connect(socket, { protocol: "fake", patience, traffic });
    socket.onDrain = () => peer.outbox.drained();
    socket.onClose = ({ code }) => {
      this.node.disconnect(peer);
      ended(code);
    };
    return { peer, socket };
  }

  /** What gathered in this tick reaches the sockets. */
  endTick(): void {
    this.#ticks.end();
    this.broker.endTick();
  }

  /** All that was to happen later happens. */
  passDelays(): void {
    for (const run of this.#delayed.splice(0)) run();
    this.endTick();
  }

  /** The sweep goes on for some seconds. */
  sweep(seconds: number): void {
    const until = this.node.clock.seconds + seconds;
    while (this.node.clock.seconds < until) this.node.clock.step();
  }
}
