// Several nodes with their hubs, joined by a fake Redis, and an oracle: who is a member where, what each of
// them has been told, and what became of each relay.

import { string } from "valibot";
import { Cluster } from "../../src/cluster/cluster.ts";
import { Hub } from "../../src/core/hub.ts";
import { memberId, topicName } from "../../src/core/ids.ts";
import type { LocalMember } from "../../src/core/member.ts";
import { FakeNode } from "../support/fake-node.ts";
import type { FakeSocket } from "../support/fake-socket.ts";
import { fakeContext, leaseMs, toldNothing } from "./fake-context.ts";
import { type FakeCarrier, FakeRedis } from "./fake-redis.ts";

const stepMs = 100;

/** One node of the cluster. */
export interface Station {
  readonly carrier: FakeCarrier;
  readonly cluster: Cluster;
  readonly fake: FakeNode;
  readonly hub: Hub<string>;
  isPaused: boolean;
}

export interface Resident {
  readonly id: string;
  readonly topic: string;
  readonly station: Station;
  readonly member: LocalMember<string>;
  readonly socket: FakeSocket;
  /** Who it takes for a member, by what it was told. */
  readonly view: Set<string>;
  read: number;
}

interface Sent {
  readonly from: Resident;
  readonly to: string;
  delivered: number;
  isReported: boolean;
}

export class World {
  readonly redis: FakeRedis;
  readonly stations: Station[] = [];
  readonly residents: Resident[] = [];
  readonly told = toldNothing();
  readonly #ticks: (() => void)[] = [];
  readonly #sent: Sent[] = [];
  /** By pair, the last relay that arrived. */
  readonly #last = new Map<string, number>();
  #serial = 0;

  constructor(isSharded: boolean, nodes: number) {
    this.redis = new FakeRedis(isSharded);
    for (let left = nodes; left > 0; left--) this.addNode();
  }

  addNode(): Station {
    const carrier = this.redis.carrier();
    const cluster = new Cluster(
      fakeContext(this.redis, carrier, this.told, (run) => this.#ticks.push(run)),
    );
    const fake = new FakeNode({ maxTopicMembers: 10_000 }, cluster);
    const hub = new Hub<string>(fake.node, "hub", {
      info: string(),
      joined: ({ id }) => `+${id}`,
      left: ({ id }) => `-${id}`,
    });
    const station = { carrier, cluster, fake, hub, isPaused: false };
    this.stations.push(station);
    cluster.start();
    carrier.connect();
    return station;
  }

  /** The process ends without a word; what it has sent may still arrive. */
  crash(station: Station): void {
    this.stations.splice(this.stations.indexOf(station), 1);
    station.carrier.loseMessages();
    station.isPaused = true;
    for (const resident of [...this.residents])
      if (resident.station === station) this.residents.splice(this.residents.indexOf(resident), 1);
  }

  join(station: Station, topic: string): void {
    const id = `m${this.#serial++}`;
    const { peer, socket } = station.fake.connect();
    const joining = { id: memberId(id), info: id };
    const member = station.hub.join(peer, topicName(topic)!, joining);
    if (typeof member === "string") throw new Error(member);
    const view = new Set(member.topic.members.keys());
    const resident = { id, topic, station, member, socket, view, read: 0 };
    peer.conversation = { failed: (reference) => this.#report(Number(reference)) };
    this.residents.push(resident);
  }

  leave(resident: Resident): void {
    this.#read(resident);
    this.residents.splice(this.residents.indexOf(resident), 1);
    resident.station.hub.leave(resident.member);
  }

  relay(from: Resident, to: string): void {
    const serial = this.#sent.length;
    const { hub } = from.station;
    const { topic, id } = from.member;
    this.#sent.push({ from, to, delivered: 0, isReported: false });
    hub.relay(from.member.peer, topic, to, `>${id} ${serial}`, `${serial}`);
  }

  broadcast(from: Resident): void {
    from.station.hub.broadcast(
      from.member.peer,
      from.member.topic,
      `*${from.id} ${this.#serial++}`,
      from.member,
    );
  }

  /** One of the connections goes on by one. */
  async move(choice: number): Promise<void> {
    const lanes = this.redis.lanes.filter((lane) => !this.#isPaused(lane));
    const lane = lanes[choice % lanes.length];
    lane?.shift()?.();
    await this.settle();
  }

  /** Everything that is under way arrives. */
  async moveAll(): Promise<void> {
    for (;;) {
      const lanes = this.redis.lanes.filter((lane) => !this.#isPaused(lane));
      if (lanes.length === 0 && this.#ticks.length === 0) return;
      for (const lane of lanes) lane.shift()?.();
      await this.settle();
    }
  }

  /** What one node has said gets to Redis, and what Redis has for another gets there. */
  async moveFrom(one: Station, other: Station): Promise<void> {
    await this.settle();
    for (const [{ carrier }, kind] of [
      [one, "said"],
      [other, "heard"],
    ] as const)
      for (const [key, lane] of carrier.lanes)
        if (key.startsWith(`${kind} `)) for (const run of lane.splice(0)) run();
    await this.settle();
  }

  async advance(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= stepMs) {
      this.redis.time += stepMs;
      for (const { isPaused, cluster } of this.stations) if (!isPaused) cluster.step();
      await this.settle();
    }
  }

  /** What was scheduled for the end of the tick is done, and nothing else. */
  async tick(): Promise<void> {
    for (const run of this.#ticks.splice(0)) run();
    await this.settlePromises();
  }

  async settlePromises(): Promise<void> {
    for (let turns = 8; turns > 0; turns--) await Promise.resolve();
  }

  /** What was scheduled and what waited for an answer goes on; then all that is told is read. */
  async settle(): Promise<void> {
    do await this.tick();
    while (this.#ticks.length > 0);
    for (const resident of this.residents) this.#read(resident);
  }

  /** All faults end, and as much time passes as the promise allows. */
  async recover(): Promise<void> {
    this.redis.isFull = false;
    for (const station of this.stations) station.isPaused = false;
    for (const { carrier } of this.stations) {
      // Whoever has lost messages without noticing notices now.
      if (carrier.hasLost) carrier.cut();
      carrier.connect();
    }
    for (let left = leaseMs + leaseMs / 3 + 2 * stepMs; left > 0; left -= stepMs) {
      await this.moveAll();
      await this.advance(stepMs);
    }
    await this.moveAll();
  }

  check(): void {
    const faults = [...this.told.faults, ...this.stations.flatMap(({ fake }) => fake.faults)];
    if (faults.length > 0) throw faults[0];
    for (const { id, topic, member, view } of this.residents) {
      const truth = this.residents.filter((other) => other.topic === topic).map((each) => each.id);
      const known = [...member.topic.members.keys()];
      demandSame(known, truth, `the node of ${id} knows`);
      demandSame([...view], truth, `${id} sees`);
    }
    for (const [serial, { from, to, delivered, isReported }] of this.#sent.entries())
      if (this.residents.includes(from) && delivered === 0 && !isReported)
        throw new Error(`relay ${serial} of ${from.id} to ${to} is lost in silence`);
  }

  /** All nodes know each other. */
  checkNodes(): void {
    const nodes = this.stations.map(({ cluster }) => cluster.node);
    for (const { cluster } of this.stations) {
      const others = nodes.filter((node) => node !== cluster.node);
      demandSame([...cluster.others], others, "a node knows");
    }
  }

  #isPaused(lane: unknown): boolean {
    return this.stations.some(
      ({ isPaused, carrier }) =>
        isPaused && [...carrier.lanes.values()].some((own) => own === lane),
    );
  }

  #report(serial: number): void {
    const sent = this.#sent[serial];
    if (sent?.isReported !== false)
      throw new Error(`relay ${serial} was reported twice, or never sent`);
    sent.isReported = true;
  }

  #read(resident: Resident): void {
    resident.station.fake.endTick();
    const { socket, id, view } = resident;
    for (; resident.read < socket.received.length; resident.read++) {
      const frame = socket.received[resident.read] ?? "";
      const [kind, rest = ""] = [frame[0], frame.slice(1)];
      if (kind === "+" && view.has(rest)) throw new Error(`${id} was told twice of ${rest}`);
      if (kind === "-" && !view.has(rest)) throw new Error(`${id} never heard of ${rest}`);
      if (kind === "+") view.add(rest);
      else if (kind === "-") view.delete(rest);
      else this.#arrived(`${kind} ${id}`, rest);
    }
  }

  #arrived(where: string, text: string): void {
    const [from, digits] = text.split(" ");
    const serial = Number(digits);
    const pair = `${where} ${from}`;
    if ((this.#last.get(pair) ?? -1) >= serial)
      throw new Error(`${text} came twice or out of order`);
    this.#last.set(pair, serial);
    const sent = this.#sent[serial];
    if (where.startsWith(">") && sent !== undefined) sent.delivered++;
  }
}

function demandSame(is: readonly string[], due: readonly string[], who: string): void {
  const [left, right] = [is.toSorted().join(), due.toSorted().join()];
  if (left !== right)
    throw new Error(`${who} ${left || "nobody"} in place of ${right || "nobody"}`);
}
