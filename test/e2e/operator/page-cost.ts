// How long a page of the admin API takes on a server with many topics and connections, and what others notice of it:
// after `make build`, bun test/e2e/operator/page-cost.ts [connections] [topics of each]. The machine shall do nothing else.

import { Client } from "../../../src/bench/client.ts";
import { encodeFrame, opcode } from "../../../src/bench/frame.ts";
import { admin, adminEnvironment } from "../../support/admin.ts";
import { ServerProcess } from "../../support/server-process.ts";
import { freshTopic, joinTwo } from "../../support/topic-client.ts";

/** Processes of clients, so that each needs fewer open files. */
const crowds = 4;

/** Requests of each kind. */
const requests = 50;

/** Milliseconds between two messages of the pair that notices. */
const beatMs = 5;

const [kind = "20000", second = "5", ...rest] = process.argv.slice(2);

if (kind === "crowd") await crowd(new URL(second), rest.map(Number));
else await measure(Number(kind), Number(second));

/** Connects so many clients, each with topics of its own, says so, and stays. */
async function crowd(url: URL, [first = 0, count = 0, topics = 0]: readonly number[]) {
  for (let at = first; at < first + count; at++) {
    const names = Array.from({ length: topics }, (_, each) => `page-${at}-${each}`);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const client: Client = new Client(new URL("/signal", url), {
      opened: () => {
        const texts = [JSON.stringify({ type: "subscribe", topics: names }), '{"type":"ping"}'];
        for (const text of texts) client.write(encodeFrame(opcode.text, Buffer.from(text)));
      },
      message: () => resolve(),
      readEnd: () => undefined,
      lost: (reason) => reject(new Error(reason)),
    });
    await promise;
  }
  process.stdout.write("ready\n");
}

async function measure(connections: number, topics: number): Promise<void> {
  const raised = ["sh", "-c", 'ulimit -n "$(ulimit -Hn)"; exec "$0" "$@"'];
  const env = {
    ...adminEnvironment,
    LOG_LEVEL: "info",
    PING_SECONDS: "600",
    SILENT_SECONDS: "1800",
  };
  await using server = await ServerProcess.start([], env, raised);
  const url = new URL(server.url.href.replace("http", "ws"));
  const share = Math.ceil(connections / crowds);
  const processes = Array.from({ length: crowds }, (_, at) =>
    Bun.spawn(
      [
        process.execPath,
        import.meta.path,
        "crowd",
        url.href,
        `${at * share}`,
        `${share}`,
        `${topics}`,
      ],
      { stdout: "pipe", stderr: "inherit" },
    ),
  );
  try {
    for (const { stdout } of processes) await stdout.getReader().read();
    const { body } = await admin(server, "GET", "/stats");
    say(`${body.connections} connections, ${body.topics} topics`);
    const [ann, bob] = await joinTwo(server.url, freshTopic());
    const offer = `{"type":"offer","to":"${bob.id}"}`;
    const beat = async (): Promise<number> => {
      const begun = performance.now();
      ann.socket.send(offer);
      await bob.socket.next();
      return performance.now() - begun;
    };
    const quiet: number[] = [];
    for (let count = 0; count < 1000; count++) {
      quiet.push(await beat());
      await Bun.sleep(beatMs);
    }
    say(`a relay while nobody asks: ${figures(quiet)}`);
    const { body: page } = await admin(server, "GET", "/topics?limit=1000");
    const { body: some } = await admin(server, "GET", "/connections?limit=1000");
    const middle = `page-${Math.floor(connections / 2)}`;
    const paths = [
      "/topics",
      "/topics?limit=1000",
      `/topics?after=${encodeURIComponent(page.next)}`,
      `/topics?prefix=${middle}`,
      `/topics/y-webrtc/${middle}-0`,
      "/connections",
      `/connections?limit=1000&after=${some.next}`,
      "/stats",
    ];
    for (const path of paths) {
      const took: number[] = [];
      const noticed: number[] = [];
      let isAsking = true;
      const noticing = (async () => {
        for (; isAsking; await Bun.sleep(beatMs)) noticed.push(await beat());
      })();
      for (let count = 0; count < requests; count++) {
        const begun = performance.now();
        const { status } = await admin(server, "GET", path);
        took.push(performance.now() - begun);
        if (status !== 200) throw new Error(`${path}: status ${status}`);
      }
      isAsking = false;
      await noticing;
      say(`GET ${path}: ${figures(took)}; a relay meanwhile: ${figures(noticed)}`);
    }
  } finally {
    for (const each of processes) each.kill();
  }
}

function figures(milliseconds: readonly number[]): string {
  const sorted = milliseconds.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)]?.toFixed(1);
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, most ${at(1)} ms`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
