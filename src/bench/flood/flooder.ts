// The flooder's process: waits for its order, attacks for some seconds, and prints what it did. It is a process of its
// own so that its load does not delay the talkers whose latency is measured.

import { getPriority, setPriority } from "node:os";
import { ExitError } from "../../process/exit.ts";
import { ProcessMeter } from "../process-meter.ts";
import { refusalOf } from "./addresses.ts";
import { attacks } from "./attacks.ts";
import { Ground } from "./ground.ts";
import { type FloodOrder, readOrder } from "./order.ts";

/** Its priority is so much lower than the talkers': on a real network the flooder has a machine of its own. */
const niceness = 10;

const lowestPriority = 19;

/** What it prints when it can begin at once. */
export const readyWord = "ready";

export interface FlooderIo {
  /** Its first line is the order. Its end ends the flooder, and so does the end of the process that feeds it. */
  readonly input: AsyncIterable<Uint8Array>;
  /** Writes a line, without its end. */
  print(line: string): void;
}

/**
 * Resolves when the attack is over and all its connections are dropped.
 *
 * @throws {ExitError} if it is told to attack another host, or gets no order
 */
export async function flooder({ input, print }: FlooderIo): Promise<void> {
  setPriority(Math.min(getPriority() + niceness, lowestPriority));
  const first = Promise.withResolvers<string>();
  const orphaned = read(input, first.resolve);
  print(readyWord);
  const order = orderOf(await Promise.race([first.promise, orphaned]));
  const ground = new Ground(order);
  attacks[order.attack].start(ground);
  const time = Promise.withResolvers<void>();
  const timer = setTimeout(time.resolve, order.seconds * 1000);
  await Promise.race([orphaned, time.promise]);
  clearTimeout(timer);
  ground[Symbol.dispose]();
  print(JSON.stringify(ground.tally.report(new ProcessMeter("self").cpuSeconds())));
}

function orderOf(line: string): FloodOrder {
  const order = readOrder(line);
  if (order === undefined)
    throw new ExitError("the flooder needs an order of `signalbox bench flood`");
  const refusal = refusalOf(order.urls, order.isSure);
  if (refusal !== undefined) throw new ExitError(refusal);
  return order;
}

/** Resolves at the end of the input, with what it had. @param line gets the first line */
async function read(
  input: AsyncIterable<Uint8Array>,
  line: (text: string) => void,
): Promise<string> {
  let text = "";
  for await (const bytes of input) {
    text += Buffer.from(bytes).toString();
    const end = text.indexOf("\n");
    if (end !== -1) line(text.slice(0, end));
  }
  return text;
}
