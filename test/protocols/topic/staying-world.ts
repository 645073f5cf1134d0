// Nodes that a fake Redis joins, clients who lose their connections and come back on any of them, and an oracle: what each
// client must have heard, and who may be said to have left.

import { Cluster } from "../../../src/cluster/cluster.ts";
import { topic } from "../../../src/protocols/topic/routes.ts";
import { fakeContext, leaseMs, toldNothing } from "../../cluster/fake-context.ts";
import { type FakeCarrier, FakeRedis } from "../../cluster/fake-redis.ts";
import { FakeServer } from "../../support/fake-server.ts";
import { type Heard, StayingClient } from "./staying-client.ts";

export const resumeSeconds = 5;
const stepMs = 100;

interface Station {
  readonly carrier: FakeCarrier;
  readonly cluster: Cluster;
  readonly server: FakeServer;
}

interface Signal {
  readonly from: Visitor;
  readonly serial: number;
  /** Its receiver may have been gone by then. */
  readonly mayBeLate: boolean;
}

/** One client, and what it has heard. */
export class Visitor {
  readonly client: StayingClient;
  /** `pending`: it is coming back, and was not welcomed yet. */
  state: "connected" | "away" | "pending" = "pending";
  /** Whether other nodes may not have heard of its membership yet: they could not take it over. */
  isUnheardOf = true;
  awaySince = 0;
  /** Seconds that it may be away at least. */
  mayBeGoneAfter = resumeSeconds;
  /** Signals that were sent to its present membership, in order. */
  due: Signal[] = [];
  heard: number[] = [];
  /** Whether it was told that it has missed something. */
  hasMissed = false;
  /** Who is there, as it was told. */
  view = new Set<string>();
  /** Ids of whom it was told that they left. */
  readonly left: string[] = [];
  /** Whether it may not have been told of signals of its own that failed. */
  hasMissedReports = false;
  /** Signals of its own of which it was told that they failed. */
  readonly failed = new Set<number>();

  constructor(server: FakeServer) {
    this.client = new StayingClient(server, { take: (frame) => this.#take(frame) });
  }

  get id(): string {
    return this.client.id;
  }

  #take(frame: Heard): void {
    switch (frame.type) {
      case "welcome":
        return this.#welcome(frame);
      case "peer-list":
        this.view = new Set((frame["peers"] as { id: string }[]).map(({ id }) => id));
        return;
      case "peer-joined":
        if (this.view.has(String(frame["peerId"]))) throw new Error("told twice of who joined");
        this.view.add(String(frame["peerId"]));
        return;
      case "peer-left":
        if (!this.view.delete(String(frame["peerId"])))
          throw new Error("told of somebody who left and was never there");
        this.left.push(String(frame["peerId"]));
        return;
      case "offer":
        this.heard.push(Number(frame["msgId"]));
        return;
      default:
        this.failed.add(Number(frame["msgId"]));
    }
  }

  #welcome(frame: Heard): void {
    this.state = "connected";
    this.mayBeGoneAfter = resumeSeconds;
    if (frame["missed"] === true) this.hasMissed = true;
    if (frame["missed"] === true || frame["resumed"] === false) this.hasMissedReports = true;
    if (frame["resumed"] === true) return;
    this.isUnheardOf = true;
    this.view = new Set();
    this.due = [];
    this.heard = [];
    this.hasMissed = false;
  }
}

export class StayingWorld {
  readonly visitors: Visitor[] = [];
  readonly #redis: FakeRedis;
  readonly #stations: Station[] = [];
  readonly #ticks: (() => void)[] = [];
  readonly #told = toldNothing();
  /** Ids of those who have left by themselves, or were away for too long. */
  readonly #gone = new Set<string>();
  readonly #limits: object;
  #hasCrashed = false;
  #seconds = 0;
  #signals = 0;

  /** Clients sit on the nodes by turns, and all of them know each other. */
  static async open(
    isSharded: boolean,
    nodes: number,
    clients: number,
    limits: object,
  ): Promise<StayingWorld> {
    const world = new StayingWorld(isSharded, nodes, limits);
    // The nodes get to know each other.
    await world.wait(1);
    for (let index = 0; index < clients; index++) {
      world.join(index);
      await world.moveAll();
    }
    return world;
  }

  /** One more comes, to a node. */
  join(node: number): void {
    this.visitors.push(new Visitor(this.#serverOf(node)));
  }

  private constructor(isSharded: boolean, nodes: number, limits: object) {
    this.#redis = new FakeRedis(isSharded);
    this.#limits = limits;
    for (let left = nodes; left > 0; left--) this.#stations.push(this.#start());
  }

  /** A node that all others know ends without a word, and another one is started in its place. They get to know that. */
  async crash(node: number): Promise<void> {
    await this.wait(1);
    const index = node % this.#stations.length;
    const { carrier, server } = this.#stations[index]!;
    carrier.cutLate();
    for (const visitor of this.visitors) {
      if (visitor.client.server !== server) continue;
      if (visitor.state !== "away") visitor.awaySince = this.#seconds;
      visitor.state = "away";
      visitor.mayBeGoneAfter = leaseMs / 1000;
    }
    // Tokens tell when they were made by the clock of the machine; no node starts within the same millisecond.
    const now = Date.now();
    while (Date.now() === now) await new Promise(setImmediate);
    this.#stations[index] = this.#start();
    this.#hasCrashed = true;
    await this.wait(1);
  }

  /** A node loses Redis, with what is under way, and reaches it again at once. */
  cut(node: number): void {
    const { carrier } = this.#stations[node % this.#stations.length]!;
    carrier.cut();
    carrier.connect();
  }

  signal(from: Visitor, to: Visitor): void {
    if (from.state !== "connected") return;
    const serial = this.#signals++;
    to.due.push({ from, serial, mayBeLate: this.#gone.has(to.id) });
    from.client.send({ type: "offer", to: to.id, msgId: `${serial}` });
  }

  lose(visitor: Visitor): void {
    if (visitor.state !== "connected") return;
    visitor.client.cut();
    visitor.state = "away";
    visitor.awaySince = this.#seconds;
  }

  leave(visitor: Visitor): void {
    if (visitor.state !== "connected") return;
    visitor.client.cut(1000);
    visitor.state = "away";
    this.#gone.add(visitor.id);
  }

  /** The line takes frames, and does not bring them any more. */
  deafen(visitor: Visitor): void {
    if (visitor.state === "connected") visitor.client.deafen();
  }

  /** Comes back on a node; its connection before may still be open. */
  resume(visitor: Visitor, node: number): void {
    if (visitor.state === "pending" || visitor.isUnheardOf) return;
    if (visitor.state === "connected") visitor.awaySince = this.#seconds;
    visitor.state = "pending";
    visitor.client.resume({ server: this.#serverOf(node) });
  }

  /** One of the connections to Redis goes on by one. */
  async move(choice: number): Promise<void> {
    const { lanes } = this.#redis;
    lanes[choice % lanes.length]?.shift()?.();
    await this.settle();
  }

  /** Everything that is under way arrives. */
  async moveAll(): Promise<void> {
    for (;;) {
      await this.settle();
      const { lanes } = this.#redis;
      if (lanes.length === 0) break;
      for (const lane of lanes) lane.shift()?.();
    }
    for (const visitor of this.visitors)
      if (visitor.state !== "pending") visitor.isUnheardOf = false;
  }

  /** So much time passes. What is under way arrives: no line is as slow as that. */
  async wait(seconds: number): Promise<void> {
    for (let left = seconds; left > 0; left--) {
      for (let ms = 0; ms < 1000; ms += stepMs) {
        this.#redis.time += stepMs;
        for (const { cluster } of this.#stations) cluster.step();
        await this.moveAll();
      }
      this.#seconds++;
      for (const { server } of this.#stations) server.sweep(1);
      for (const { state, awaySince, mayBeGoneAfter, id } of this.visitors)
        if (state !== "connected" && this.#seconds - awaySince >= mayBeGoneAfter)
          this.#gone.add(id);
    }
  }

  /** What was scheduled and what waited for an answer goes on; then all that came is read. */
  async settle(): Promise<void> {
    do {
      for (const run of this.#ticks.splice(0)) run();
      for (let turns = 20; turns > 0; turns--) await Promise.resolve();
      for (const { server } of this.#stations) server.endTick();
    } while (this.#ticks.length > 0);
    for (const { client, state } of this.visitors) if (state !== "away") client.read();
  }

  /** All come back, whether they have noticed that their lines are dead or not, and hear everything. */
  async recover(): Promise<void> {
    await this.moveAll();
    for (const [index, visitor] of this.visitors.entries()) {
      this.resume(visitor, index);
      await this.moveAll();
    }
    // A node that has crashed is asked in vain, and taken for gone.
    await this.wait(resumeSeconds);
  }

  check(): void {
    const faults = [...this.#told.faults, ...this.#stations.flatMap(({ server }) => server.faults)];
    if (faults.length > 0) throw faults[0];
    for (const visitor of this.visitors) {
      if (visitor.state !== "connected") throw new Error(`${visitor.id} was not let in`);
      this.#checkView(visitor);
      this.#checkSignals(visitor);
    }
  }

  #checkView({ id, view, left }: Visitor): void {
    const others = this.visitors.filter((other) => other.id !== id).map((other) => other.id);
    if ([...view].toSorted().join() !== others.toSorted().join())
      throw new Error(`${id} sees ${[...view]} in place of ${others}`);
    // What is said of a topic and to a node has no order there: who goes on and leaves at once may be seen for a moment.
    // And a node that has just been started takes back whom the others have announced as gone.
    const mayBeTwice = this.#redis.isSharded || this.#hasCrashed;
    if (!mayBeTwice && new Set(left).size < left.length)
      throw new Error(`${id} was told twice of who left`);
    for (const each of left)
      if (!this.#gone.has(each)) throw new Error(`${id} was told that ${each} left, who came back`);
  }

  #checkSignals({ id, due, heard, hasMissed }: Visitor): void {
    if (new Set(heard).size < heard.length) throw new Error(`${id} has heard something twice`);
    const serials = new Set(due.map(({ serial }) => serial));
    for (const serial of heard)
      if (!serials.has(serial)) throw new Error(`${serial} was not for ${id}`);
    for (const from of new Set(due.map((signal) => signal.from))) {
      const own = due.filter((signal) => signal.from === from).map(({ serial }) => serial);
      const come = heard.filter((serial) => own.includes(serial));
      if (come.some((serial, index) => serial < (come[index - 1] ?? 0)))
        throw new Error(`${id} has heard ${come} out of order`);
      const late = new Set(due.filter((signal) => signal.mayBeLate).map(({ serial }) => serial));
      const isTold = (serial: number) => from.failed.has(serial) || late.has(serial);
      const lost = own.filter((serial) => !come.includes(serial) && !isTold(serial));
      if (lost.length > 0 && !hasMissed && !from.hasMissedReports)
        throw new Error(`${lost} from ${from.id} to ${id} is lost in silence`);
    }
  }

  #start(): Station {
    const carrier = this.#redis.carrier();
    const context = fakeContext(this.#redis, carrier, this.#told, (run) => this.#ticks.push(run));
    const cluster = new Cluster(context);
    const server = new FakeServer([topic], { resumeSeconds, ...this.#limits }, cluster);
    cluster.start();
    carrier.connect();
    return { carrier, cluster, server };
  }

  #serverOf(index: number): FakeServer {
    return this.#stations[index % this.#stations.length]!.server;
  }
}
