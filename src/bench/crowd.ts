// Many members of one server: connected as fast as it lets them in, and sent home again.

import { ExitError } from "../process/exit.ts";
import type { DriverName } from "./drivers.ts";
import { Member } from "./member.ts";
import { ProcessMeter } from "./process-meter.ts";
import type { Run } from "./run.ts";
import type { Target } from "./targets.ts";

/**
 * Newcomers on their way in at any moment. Below Bun's listen backlog of 512: beyond it the kernel
 * drops handshakes and repeats them a second later, and its timers would be what is measured.
 */
const arrivingAtOnce = 256;

/** Open files of a process beside its connections: a few dozen, with room. */
const otherFiles = 100;

/** Without anybody entering or leaving for as long, the server is taken to hang. */
const patienceSeconds = 15;

export interface CrowdSize {
  readonly members: number;
  readonly perTopic: number;
}

export interface Crowd {
  readonly members: readonly Member[];
  /** When each one had entered, in milliseconds since the first set out, ascending. */
  readonly enteredAfter: readonly number[];
}

/**
 * Lets members in, in topics of their own that no other run shares. When the run fails, they are
 * dropped.
 *
 * @returns members in order: each `perTopic` of them that follow one another share a topic
 * @throws {ExitError} when the server refuses somebody, or nothing goes on for 15 s
 */
export async function gather(
  target: Target,
  protocol: DriverName,
  size: CrowdSize,
  run: Run,
): Promise<Crowd> {
  requireFiles(size.members);
  const name = `bench-${crypto.randomUUID().slice(0, 8)}`;
  const members: Member[] = [];
  const enteredAfter: number[] = [];
  const start = performance.now();

  const next = () => {
    if (members.length >= size.members || run.signal.aborted) return;
    const seat = {
      topic: `${name}-${Math.floor(members.length / size.perTopic)}`,
      index: members.length % size.perTopic,
    };
    const entered = () => {
      enteredAfter.push(performance.now() - start);
      next();
    };
    members.push(new Member(target, protocol, seat, run, entered));
  };
  for (let first = 0; first < arrivingAtOnce; first++) next();

  const drop = () => {
    for (const member of members) member.client.terminate();
  };
  run.signal.addEventListener("abort", drop, { once: true });

  await goingOn(run, size.members, () => enteredAfter.length, `let in by ${target.name}`);
  return { members, enteredAfter };
}

/** A tenth as many come and go: a server's code is compiled, and its tables have grown, once. */
export async function visit(
  target: Target,
  protocol: DriverName,
  size: CrowdSize,
  run: Run,
): Promise<void> {
  requireFiles(size.members);
  const tenth = { members: Math.ceil(size.members / 10), perTopic: size.perTopic };
  await disperse(await gather(target, protocol, tenth, run), run);
}

/** Lets everybody say goodbye; done when the server has closed the last connection. */
export async function disperse(crowd: Crowd, run: Run): Promise<void> {
  const { members } = crowd;
  for (const member of members) member.client.leave();
  const gone = () => members.reduce((sum, member) => sum + Number(member.client.closed), 0);
  await goingOn(run, members.length, gone, "allowed to leave");
}

/** Bun reports a lack of files as a refused connection: better said before. */
function requireFiles(connections: number): void {
  const allowed = new ProcessMeter("self").maxOpenFiles() ?? Number.POSITIVE_INFINITY;
  if (connections + otherFiles <= allowed) return;
  throw new ExitError(
    `${connections} connections are too many: a process may open ${allowed} files here (ulimit -n)`,
  );
}

/** Waits until `count` is `whole`, as long as it goes up. */
async function goingOn(run: Run, whole: number, count: () => number, what: string): Promise<void> {
  for (let before = 0; before < whole; before = count()) {
    if (!(await run.until(() => count() > before, patienceSeconds))) {
      run.fail(`${count()} of ${whole} were ${what}, and nobody for ${patienceSeconds} s`);
    }
  }
}
