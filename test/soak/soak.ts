// Everything at once for a long time. The real server in its own process; in a second one a crowd of all protocols that
// comes and goes, stalls, floods and sends what makes no sense; and here two clients that talk. In the end everybody
// leaves. It fails if the server then holds a socket or a descriptor more than before or knows somebody, if its memory
// has grown over the last half, or if the two have noticed anything but delays.

import { request } from "../support/raw-http.ts";
import { ServerProcess } from "../support/server-process.ts";
import { secret } from "../support/tokens.ts";
import { Crowd } from "./crowd.ts";
import { cpuTimeOf, type Holding, holdingOf } from "./process-meter.ts";
import { lineOf, sharesOf } from "./report.ts";
import { TalkingPair } from "./talking-pair.ts";
import type { Tally } from "./tally.ts";
import { riseOf, type Sample } from "./trend.ts";

export interface SoakOptions {
  readonly seconds: number;
  readonly clients: number;
  /** What the crowd does follows from it. */
  readonly seed: number;
  /** Seconds in which a few clients come and go before anything is counted: the runtime opens what it needs. */
  readonly warmUpSeconds: number;
  print(line: string): void;
}

/** Seconds between two lines of the report. */
const reportSeconds = 10;

/** Seconds that the server has to let go of everything, once everybody has left. */
const settleSeconds = 30;

/** MiB by which the line through the resident memory of the last half may rise. */
const maxRiseMebibytes = 24;

/** Shorter runs are over before the heap has its size: their memory is shown and not judged. */
const judgedSeconds = 240;

/** Clients of the warm-up. */
const earlyClients = 200;

const environment = {
  JWT_SECRET: secret,
  LOG_LEVEL: "info",
  PEERJS_ALLOW_DISCOVERY: "true",
  Y_WEBRTC_STATUS: "true",
};

type Server = Awaited<ReturnType<typeof ServerProcess.start>>;

/** @returns what was wrong; nothing if all was well */
export async function soak(options: SoakOptions): Promise<readonly string[]> {
  const { seconds, clients, seed, print } = options;
  const memory: Sample[] = [];
  await using server = await ServerProcess.start([], environment);
  const { url, pid } = server;
  print(`${seconds} s, ${clients} clients, seed ${seed}, server ${pid}`);
  await warmUp(url, options);
  const before = holdingOf(pid);
  const pair = await TalkingPair.meet(url);
  const problems = [...(await play(server, pair, memory, options))];
  await pair.leave();
  const after = await letGo(server, before);
  print(`before ${JSON.stringify(before)}, after ${JSON.stringify(after.holding)}`);
  problems.push(...after.left, ...(await end(server)));
  const rise = riseOf(memory.slice(Math.floor(memory.length / 2)));
  const isJudged = seconds >= judgedSeconds;
  const due = isJudged ? `at most ${maxRiseMebibytes}` : `not judged below ${judgedSeconds} s`;
  print(`memory of the last half: a rise of ${rise.toFixed(1)} MiB, ${due}`);
  if (isJudged && rise > maxRiseMebibytes) problems.push(`memory rose by ${rise.toFixed(1)} MiB`);
  return problems;
}

async function warmUp(url: URL, { seed, clients, warmUpSeconds }: SoakOptions): Promise<void> {
  const crowd = new Crowd(url, Math.min(clients, earlyClients), seed);
  const living = crowd.live();
  await Bun.sleep(warmUpSeconds * 1000);
  await crowd.leave();
  await living;
}

/** The crowd is there for so many seconds. */
async function play(
  { url, pid }: Server,
  pair: TalkingPair,
  memory: Sample[],
  { seconds, clients, seed, print }: SoakOptions,
): Promise<readonly string[]> {
  let tally: Tally | undefined;
  const crowd = Bun.spawn(
    [process.execPath, `${import.meta.dir}/crowd-process.ts`, url.href, `${clients}`, `${seed}`],
    {
      stdio: ["ignore", "inherit", "inherit"],
      ipc: (told: Tally) => {
        tally = told;
      },
    },
  );
  const startedAt = performance.now();
  let cpu = cpuTimeOf(pid);
  for (let second = 1; second <= seconds && crowd.exitCode === null; second++) {
    await Promise.race([Bun.sleep(startedAt + second * 1000 - performance.now()), pair.talk]);
    const holding = holdingOf(pid);
    memory.push({ seconds: second, value: holding.residentMebibytes });
    if (second % reportSeconds !== 0) continue;
    const now = cpuTimeOf(pid);
    print(lineOf(second, holding, sharesOf(cpu, now, reportSeconds), pair.take(), tally));
    cpu = now;
  }
  const problems: string[] = [];
  if (crowd.exitCode !== null) problems.push("the crowd has ended too early");
  else crowd.send("leave");
  const code = await crowd.exited;
  if (code !== 0) problems.push(`the crowd has ended with ${code}`);
  if ((tally?.received ?? 0) === 0) problems.push("the crowd has read nothing");
  print(`everybody has left; ended, by code: ${JSON.stringify(tally?.closed)}`);
  return problems;
}

/** Waits until the server holds no more than before, and knows nobody. */
async function letGo(server: Server, before: Holding) {
  const deadline = performance.now() + settleSeconds * 1000;
  for (;;) {
    const holding = holdingOf(server.pid);
    const left = await whatIsLeft(server.url, before, holding);
    if (left.length === 0 || performance.now() > deadline) return { holding, left };
    await Bun.sleep(100);
  }
}

async function whatIsLeft(url: URL, before: Holding, after: Holding): Promise<readonly string[]> {
  const peers = await request(url, "GET", "/peerjs/peers");
  const rooms = await request(url, "GET", "/api/signaling/status");
  const { connections, topics } = JSON.parse(rooms.body);
  return [
    ...(["sockets", "descriptors"] as const).flatMap((what) =>
      after[what] > before[what] ? `${after[what]} ${what}, before ${before[what]}` : [],
    ),
    ...(peers.body === "[]" ? [] : [`PeerJS has peers: ${peers.body.slice(0, 200)}`]),
    ...(connections + topics === 0 ? [] : [`y-webrtc has rooms: ${rooms.body.slice(0, 200)}`]),
  ];
}

/** The server ends in order, and has told of no fault. */
async function end(server: Server): Promise<readonly string[]> {
  server.signal("SIGTERM");
  const code = await server.exited;
  const faults = server.log.filter(({ msg }) => msg.includes("fault"));
  return [
    ...(code === 0 ? [] : [`the server ended with ${code}`]),
    ...(faults.length === 0 ? [] : [`${faults.length} faults: ${JSON.stringify(faults[0])}`]),
  ];
}
