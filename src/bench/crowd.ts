// Many members of one server: they connect as fast as it lets them in, and leave again.

import { ExitError } from "../process/exit.ts";
import type { DriverName } from "./drivers.ts";
import { BenchMember } from "./member.ts";
import { ProcessMeter } from "./process-meter.ts";
import type { Run } from "./run.ts";
import type { Target } from "./targets.ts";

/**
 * Members that connect at the same time. This is below Bun's listen backlog of 512. Beyond it the kernel
 * drops handshakes and repeats them a second later, and we would measure its timers.
 */
const arrivingAtOnce = 256;

/** Fewer, because others are measured meanwhile by the same process: it must get to them soon. */
const returningAtOnce = 64;
const droppedAtOnce = 100;

/** Open files of a process besides its connections: a few dozen, and some reserve. */
const otherFiles = 100;

/** The server is taken to hang if nobody enters or leaves for this long. */
const patienceSeconds = 15;

export interface CrowdSize {
  readonly members: number;
  readonly perTopic: number;
  /** Whether they may come back after their connections are lost. */
  readonly isStaying?: boolean;
}

export interface Crowd {
  readonly members: readonly BenchMember[];
  /** Milliseconds from the start until each member had entered, ascending. */
  readonly enteredAfter: readonly number[];
}

/**
 * Connects members to topics that no other run uses. If the run fails, their connections are dropped.
 *
 * @returns members in order: the first `perTopic` of them share a topic, then the next, and so on
 * @throws {ExitError} if the server refuses a member, or if nobody enters for 15 s
 */
export async function gather(
  target: Target,
  protocol: DriverName,
  size: CrowdSize,
  run: Run,
): Promise<Crowd> {
  requireFiles(size.members);
  const name = `bench-${crypto.randomUUID().slice(0, 8)}`;
  const members: BenchMember[] = [];
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
    members.push(new BenchMember(target, protocol, seat, run, entered, size.isStaying));
  };
  for (let first = 0; first < arrivingAtOnce; first++) next();

  const drop = () => {
    for (const member of members) member.client.terminate();
  };
  run.signal.addEventListener("abort", drop, { once: true });

  await goingOn(run, size.members, () => enteredAfter.length, `let in by ${target.name}`);
  return { members, enteredAfter };
}

/** A tenth as many come and go, so that the server's code is compiled and its tables have grown. */
export async function visit(
  target: Target,
  protocol: DriverName,
  size: CrowdSize,
  run: Run,
): Promise<void> {
  requireFiles(size.members);
  const tenth = { ...size, members: Math.ceil(size.members / 10) };
  await disperse(await gather(target, protocol, tenth, run), run);
}

/**
 * Drops all connections without a word, and has all members come back as fast as the server lets them.
 *
 * @returns milliseconds from the start until each member was back, ascending
 * @throws {ExitError} if the server takes a member for another, refuses one, or if nobody is back for 15 s
 */
export async function loseAndResume(
  { members }: Crowd,
  { name }: Target,
  run: Run,
): Promise<readonly number[]> {
  const backAfter: number[] = [];
  const start = performance.now();
  for (const [index, { client }] of members.entries()) {
    client.terminate();
    if (index % droppedAtOnce === 0) await run.sleep(0);
  }
  const coming = members.values();
  const next = () => {
    if (run.signal.aborted) return;
    coming.next().value?.comeBack(() => {
      backAfter.push(performance.now() - start);
      next();
    });
  };
  for (let first = 0; first < returningAtOnce; first++) next();
  await goingOn(run, members.length, () => backAfter.length, `taken back by ${name}`);
  return backAfter;
}

/** Waits until the server is idle after a crowd, for at most 5 s. */
export async function calm({ meter }: Target, run: Run): Promise<void> {
  const busy = () => meter?.cpuSeconds() ?? null;
  for (let reading = 0; reading < 20; reading++) {
    const before = busy();
    await run.sleep(0.25);
    if (busy() === before) return;
  }
}

/** Lets all members leave, and waits until the server has closed the last connection. */
export async function disperse(crowd: Crowd, run: Run): Promise<void> {
  const { members } = crowd;
  for (const member of members) member.client.leave();
  const gone = () => members.reduce((sum, member) => sum + Number(member.client.closed), 0);
  await goingOn(run, members.length, gone, "allowed to leave");
}

/** Checks first, because Bun reports a lack of files as a refused connection. */
function requireFiles(connections: number): void {
  const allowed = new ProcessMeter("self").maxOpenFiles() ?? Number.POSITIVE_INFINITY;
  if (connections + otherFiles <= allowed) return;
  throw new ExitError(
    `${connections} connections are too many: a process may open ${allowed} files here (ulimit -n)`,
  );
}

/** Waits until `count` has reached `whole`. The run fails if it stops growing before. */
async function goingOn(run: Run, whole: number, count: () => number, what: string): Promise<void> {
  for (let before = 0; before < whole; before = count()) {
    if (!(await run.until(() => count() > before, patienceSeconds))) {
      run.fail(`${count()} of ${whole} were ${what}, and none in the last ${patienceSeconds} s`);
    }
  }
}
