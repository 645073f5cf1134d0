// Outboxes on fake sockets, whose tick ends when a test says so.

import { Clock } from "../../src/core/clock.ts";
import type { Limits } from "../../src/core/limits.ts";
import { Outbox } from "../../src/core/outbox.ts";
import { Tick } from "../../src/core/tick.ts";
import { Traffic } from "../../src/core/traffic.ts";
import { FakeBroker } from "../support/fake-broker.ts";
import { FakeTicks, roomy } from "../support/fake-node.ts";
import { FakeSocket } from "../support/fake-socket.ts";

/** An outbox whose owner writes down what it hears. @param waiting of the outboxes that share it */
export function open(
  limits: Partial<Limits> = {},
  socketLimitBytes?: number,
  waiting = { bytes: 0 },
) {
  const socket = new FakeSocket(new FakeBroker(), socketLimitBytes);
  const ticks = new FakeTicks();
  const told: string[] = [];
  const traffic = new Traffic();
  const outbox = new Outbox(
    socket,
    {
      tick: new Tick(ticks.schedule, () => 0),
      clock: new Clock(() => undefined),
      limits: { ...roomy, ...limits },
      waiting,
    },
    {
      traffic,
      backedUp: () => told.push("backed up"),
      relieved: () => told.push("relieved"),
      faulted: (thrown) => told.push(`faulted: ${thrown}`),
    },
  );
  socket.onDrain = () => outbox.drained();
  return { outbox, socket, ticks, told, traffic, waiting };
}

/** An outbox whose socket took `taken`, behind what waited in it already. */
export function openStalled(limits: Partial<Limits> = {}, waiting = { bytes: 0 }) {
  const opened = open(limits, undefined, waiting);
  opened.socket.stall();
  opened.socket.sendText("buffered");
  opened.outbox.push("taken");
  opened.ticks.end();
  return opened;
}
