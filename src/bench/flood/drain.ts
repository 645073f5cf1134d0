// Whether a server that is attacked still ends in order, in the time that it promises.

import type { BenchIo } from "../bench.ts";
import { Run } from "../run.ts";
import { maxDrainSeconds } from "./aims.ts";
import { FlooderProcess } from "./flooder-process.ts";
import type { FloodOrder } from "./order.ts";
import type { Attacked } from "./servers.ts";

/** Seconds of an attack before the server is asked to end. */
const attackSeconds = 1;

/**
 * Attacks anew, and sends SIGTERM to all nodes meanwhile.
 *
 * @returns seconds until the last node has ended; null if one did not in its time, or ended with an exit code
 */
export async function drain(
  { processes }: Attacked,
  order: FloodOrder,
  io: BenchIo,
): Promise<number | null> {
  // A run of its own: the server closes the talkers now, which would be a failure of the other.
  const run = new Run(io.progress, io.signal);
  const seconds = attackSeconds + maxDrainSeconds;
  await using flooder = new FlooderProcess(io.command, { ...order, seconds }, run);
  await flooder.ready();
  flooder.begin();
  await run.sleep(attackSeconds);
  const each = await Promise.all(processes.map((process) => process.stop(maxDrainSeconds, run)));
  return each.reduce(
    (longest, taken) => (longest === null || taken === null ? null : Math.max(longest, taken)),
    0,
  );
}
