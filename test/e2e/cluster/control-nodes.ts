// Nodes without clients, each in a process of its own, that meet at one place and are asked what they know.

import { fileURLToPath } from "node:url";
import { leaseSeconds } from "../../support/cluster.ts";
import type { MeetingPlace } from "../../support/redis-server.ts";
import { until } from "../../support/talkers.ts";

const program = fileURLToPath(new URL("control-node.ts", import.meta.url));

interface State {
  readonly node: string;
  readonly isReachable: boolean;
  readonly others: readonly string[];
}

export interface Asked {
  readonly answers: ReadonlyMap<string, unknown>;
  readonly missing: readonly string[];
  /** Milliseconds that it took. */
  readonly ms: number;
}

export class ControlNode implements AsyncDisposable {
  /** Its id. */
  node = "";
  /** What it was told to do by others. */
  readonly orders: unknown[] = [];
  readonly faults: unknown[] = [];
  readonly #process: Bun.Subprocess<"pipe", "pipe", "inherit">;
  readonly #waiting = new Map<number, (result: unknown) => void>();
  #commands = 0;

  private constructor(environment: Readonly<Record<string, string>>) {
    const { PATH = "" } = process.env;
    this.#process = Bun.spawn([process.execPath, program], {
      env: { PATH, CLUSTER_LEASE_SECONDS: `${leaseSeconds}`, ...environment },
      stdin: "pipe",
      stdout: "pipe",
      stderr: "inherit",
    });
    void this.#read();
  }

  /** Starts a node, and waits until it reaches the others. */
  static async start(environment: Readonly<Record<string, string>>): Promise<ControlNode> {
    const node = new ControlNode(environment);
    await until(async () => (await node.state()).isReachable, "Redis is not reached");
    node.node = (await node.state()).node;
    return node;
  }

  async state(): Promise<State> {
    return (await this.#command("state")) as State;
  }

  async ask(kind: string, question: unknown, deadlineMs: number): Promise<Asked> {
    const asked = (await this.#command("ask", kind, question, deadlineMs)) as Asked;
    return { ...asked, answers: new Map(asked.answers) };
  }

  async tell(to: string, order: unknown): Promise<void> {
    await this.#command("tell", to, order);
  }

  /** Waits until it knows exactly these others. */
  async knows(others: readonly ControlNode[]): Promise<void> {
    const due = others.map(({ node }) => node).toSorted();
    await until(
      async () => (await this.state()).others.toSorted().join() === due.join(),
      `${this.node} does not know ${due}`,
    );
  }

  /** Says good-bye to the others, and ends. */
  async leave(): Promise<void> {
    await this.#command("leave");
    await this.#process.exited;
  }

  signal(name: NodeJS.Signals): void {
    this.#process.kill(name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#process.exited;
  }

  #command(command: string, ...args: readonly unknown[]): Promise<unknown> {
    const id = ++this.#commands;
    this.#process.stdin.write(`${JSON.stringify({ id, command, args })}\n`);
    this.#process.stdin.flush();
    return new Promise((resolve) => this.#waiting.set(id, resolve));
  }

  async #read(): Promise<void> {
    let rest = "";
    for await (const text of this.#process.stdout.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) this.#take(JSON.parse(line));
    }
  }

  #take(line: Readonly<Record<string, unknown>>): void {
    if ("order" in line) this.orders.push(line["order"]);
    else if ("fault" in line) this.faults.push(line["fault"]);
    else this.#waiting.get(Number(line["id"]))?.(line["result"]);
  }
}

/** Several nodes, and where they meet. */
export class ControlNodes<Place extends MeetingPlace> implements AsyncDisposable {
  readonly place: Place;
  readonly nodes: ControlNode[] = [];
  readonly #environment: Readonly<Record<string, string>>;

  private constructor(place: Place, environment: Readonly<Record<string, string>>) {
    this.place = place;
    this.#environment = environment;
  }

  /** Starts so many, and waits until all know each other. */
  static async start<Place extends MeetingPlace>(
    place: Place,
    count: number,
    environment: Readonly<Record<string, string>> = {},
  ): Promise<ControlNodes<Place>> {
    const all = new ControlNodes(place, environment);
    await Promise.all(Array.from({ length: count }, () => all.add()));
    await all.know();
    return all;
  }

  async add(): Promise<ControlNode> {
    const node = await ControlNode.start({ ...this.place.environment, ...this.#environment });
    this.nodes.push(node);
    return node;
  }

  /** Waits until each knows all others, and nobody else. */
  async know(nodes: readonly ControlNode[] = this.nodes): Promise<void> {
    await Promise.all(nodes.map((node) => node.knows(nodes.filter((other) => other !== node))));
  }

  /** Waits until all reach all that they need of where they meet. */
  async reach(): Promise<void> {
    const isThere = async (node: ControlNode) => (await node.state()).isReachable;
    await until(
      async () => (await Promise.all(this.nodes.map(isThere))).every(Boolean),
      "Redis is not reached",
    );
  }

  /** Ends one, by a signal. */
  async kill(node: ControlNode): Promise<void> {
    this.nodes.splice(this.nodes.indexOf(node), 1);
    await node[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.nodes.map((node) => node[Symbol.asyncDispose]()));
    await this.place[Symbol.asyncDispose]();
  }
}
