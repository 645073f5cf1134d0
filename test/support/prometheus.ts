// A real Prometheus in a process of its own, which scrapes a server as docs/metrics.md says.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { root } from "./paths.ts";
import { until } from "./talkers.ts";

/** Where the program is; tests that need it are skipped without. */
export const prometheusProgram = "/usr/bin/prometheus";

/** What a query finds: the value of each series, by its labels, of which those of the scrape itself are left out. */
export interface FoundSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export class Prometheus implements AsyncDisposable {
  readonly #process: Bun.Subprocess<"ignore", "ignore", "pipe">;
  readonly #folder: string;
  readonly #started = Promise.withResolvers<string>();
  #url = "";

  private constructor(folder: string) {
    this.#folder = folder;
    const options = ["--config.file", `${folder}/prometheus.yml`, "--storage.tsdb.path", folder];
    this.#process = Bun.spawn(
      [prometheusProgram, ...options, "--web.listen-address", "127.0.0.1:0"],
      { stdin: "ignore", stdout: "ignore", stderr: "pipe" },
    );
    void this.#read();
  }

  /** Starts it, with the rules of deploy/alerts.yml. @param token of the server's operators */
  static async start(operators: URL, token: string): Promise<Prometheus> {
    const folder = await mkdtemp(`${tmpdir()}/signalbox-prometheus-`);
    await Bun.write(`${folder}/token`, token);
    await Bun.write(`${folder}/prometheus.yml`, await configuration(operators, `${folder}/token`));
    const prometheus = new Prometheus(folder);
    prometheus.#url = await prometheus.#started.promise;
    return prometheus;
  }

  /** What an instant query finds now. */
  async query(query: string): Promise<readonly FoundSeries[]> {
    const { result } = await this.get(`query?query=${encodeURIComponent(query)}`);
    return result.map(({ metric, value }: { metric: Record<string, string>; value: string[] }) => {
      const { job: _, instance: __, ...labels } = metric;
      return { labels, value: Number(value[1]) };
    });
  }

  /** The data of an answer of its API. @param path below `/api/v1/` */
  // biome-ignore lint/suspicious/noExplicitAny: each caller knows the shape of its answer.
  async get(path: string): Promise<any> {
    const response = await fetch(new URL(`/api/v1/${path}`, this.#url));
    const answer = (await response.json()) as { status: string; error?: string; data: unknown };
    if (answer.status !== "success") throw new Error(`Prometheus: ${answer.error}`);
    return answer.data;
  }

  /** Resolves after a scrape that has begun after this call, and was taken. */
  async scraped(): Promise<void> {
    const since = Date.now() / 1000;
    const isFresh = async () => {
      const [up] = await this.query("timestamp(up) and up == 1");
      return up !== undefined && up.value > since;
    };
    await until(isFresh, "Prometheus does not scrape");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#process.exited;
    await rm(this.#folder, { recursive: true });
  }

  /** Reads its log to the end: it would die of a log that nobody reads. */
  async #read(): Promise<void> {
    let said = "";
    for await (const text of this.#process.stderr.pipeThrough(new TextDecoderStream())) {
      said += text;
      const [, address] = /"Listening on" address=(\S+)/.exec(said) ?? [];
      if (address !== undefined && said.includes("Server is ready"))
        this.#started.resolve(`http://${address}`);
    }
    this.#started.reject(new Error(`Prometheus did not start: ${said}`));
  }
}

/** The configuration in docs/metrics.md, for this server, and so quick that tests need not wait. */
async function configuration(operators: URL, tokenFile: string): Promise<string> {
  const shown = await Bun.file(`${root}/docs/metrics.md`).text();
  const [, block = ""] = /```yaml\n(.*?)```/s.exec(shown) ?? [];
  const own = block
    .replace(/127\.0\.0\.1:\d+/, operators.host)
    .replace(/# (authorization: \{ credentials_file: )\S+/, `$1${tokenFile}`);
  const quick = "global: { scrape_interval: 250ms, evaluation_interval: 250ms }";
  return `${quick}\nrule_files: ["${root}/deploy/alerts.yml"]\n${own}`;
}
