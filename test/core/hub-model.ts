// A node with two hubs and three topics, and beside it who has to be where. Every call is made on both,
// and what it sent to whom is compared with what it should have sent.

import * as v from "valibot";
import { closeReasons } from "../../src/core/close.ts";
import { Hub } from "../../src/core/hub.ts";
import { memberId, type TopicName, topicName } from "../../src/core/ids.ts";
import type { Limits } from "../../src/core/limits.ts";
import type { LocalMember } from "../../src/core/member.ts";
import type { Outcome } from "../../src/core/outcome.ts";
import { FakeNode, patient, roomy } from "../support/fake-node.ts";
import { longSweep, type Setup, slowPeerSeconds } from "./hub-commands.ts";
import { brief, frames, topicOf } from "./hub-frames.ts";
import { demand, Ledger, socketLimitBytes } from "./hub-ledger.ts";

export interface Client {
  readonly ledger: Ledger;
  readonly members: Map<Place, LocalMember<string>>;
  /** Where it missed a joined or a left, and has had no snapshot since. */
  readonly missed: Set<Place>;
}

/** A topic, and who has to be in it. */
export interface Place {
  /** In all ids and frames. */
  readonly key: string;
  readonly hub: Hub<string>;
  readonly name: TopicName;
  readonly members: Map<string, { readonly client: Client; readonly info: string }>;
  /** Relays so far, by what became of them. */
  readonly outcomes: Record<Outcome, number>;
}

const undemanding = { ...patient, pingSeconds: 1_000_000, silentSeconds: 1_000_000 };

export class HubModel {
  readonly node: FakeNode;
  readonly clients = new Set<Client>();
  readonly places: readonly [Place, Place, Place];
  readonly #limits: Limits;
  #joins = 0;

  constructor(limits: Omit<Setup, "crowded" | "crowd" | "crowdInfo">) {
    this.#limits = { ...roomy, slowPeerSeconds, ...limits };
    this.node = new FakeNode(this.#limits, undefined, socketLimitBytes);
    const [one, other] = [this.#hub("one"), this.#hub("other")];
    // The last two have the same name, and nothing else in common.
    this.places = [place("t0", one, "x"), place("t1", one, "y"), place("t2", other, "y")];
  }

  /** @param ended is called once its socket is closed and it has left all topics */
  connect(ended: () => void = () => undefined): Client {
    const connected = this.node.connect(() => {
      if (connected.peer.ended !== undefined) client.ledger.checkDelivered("taken");
      for (const where of [...client.members.keys()]) this.leave(client, where);
      demand(connected.peer.memberships.length === 0, "a peer without socket is still somewhere");
      client.ledger.check();
      client.ledger.hasEnded = true;
      this.clients.delete(client);
      ended();
    }, undemanding);
    const ledger = new Ledger(connected, this.#limits, this.node.node.clock);
    const client: Client = { ledger, members: new Map(), missed: new Set() };
    this.clients.add(client);
    return client;
  }

  join(client: Client, where: Place, info: string): void {
    if (client.members.has(where)) return;
    const { peer } = client.ledger;
    const id = memberId(`${where.key}/${this.#joins++}`);
    const isFull = where.members.size >= this.#limits.maxTopicMembers;
    const member = this.#announce(where, isFull ? undefined : frames.joined(id, info), () =>
      where.hub.join(peer, where.name, { id, info }),
    );
    demand((member === "full") === isFull, `joining a topic of ${where.members.size}`);
    if (typeof member === "string") return;
    client.members.set(where, member);
    where.members.set(id, { client, info });
    // As a protocol does: a newcomer is shown the topic, later if there is no room now.
    member.missed = peer.send(frames.snapshot(where.key, where.members)) === "dropped";
    if (member.missed) client.missed.add(where);
  }

  leave(client: Client, where: Place): void {
    const member = client.members.get(where);
    if (member === undefined) return;
    client.members.delete(where);
    client.missed.delete(where);
    where.members.delete(member.id);
    this.#announce(where, frames.left(member.id), () => where.hub.leave(member));
  }

  /** @param reference what the sender is told if the relay fails; it is told nothing if unset */
  relay(client: Client, where: Place, to: string, frame: string, reference?: string): void {
    const { hub, name } = where;
    this.#relay(client, where, [to], frame, reference, () =>
      hub.relay(client.ledger.peer, hub.topic(name), to, frame, reference),
    );
  }

  /** @param receivers each of them once */
  relayToAny(
    client: Client,
    where: Place,
    receivers: readonly string[],
    frame: string,
    reference: string,
  ): void {
    const { hub, name } = where;
    const topic = hub.topic(name);
    if (topic === undefined) return;
    this.#relay(client, where, receivers, frame, reference, () =>
      hub.relayToAny(client.ledger.peer, topic, receivers, frame, reference),
    );
  }

  broadcast(member: LocalMember<string>, where: Place, frame: string, toSelf: boolean): void {
    const except = toSelf ? undefined : member;
    const due = receivers(where).filter((client) => client.members.get(where) !== except);
    this.#send(due, frame, () => where.hub.broadcast(member.peer, member.topic, frame, except));
  }

  /** @param act lets the client read, whereupon it may get snapshots of where it missed something */
  read(client: Client, act: () => void): void {
    const before = client.ledger.accepted.length;
    this.#send([], "", act, client);
    const snapshots = client.ledger.accepted.slice(before);
    for (const snapshot of snapshots) {
      const where = [...client.missed].find(
        ({ key, members }) => snapshot === frames.snapshot(key, members),
      );
      demand(where !== undefined, `${brief(snapshot)} came for nothing`);
      if (where !== undefined) client.missed.delete(where);
    }
    const { isOpen, outbox } = client.ledger.peer;
    const isLeft = isOpen && !outbox.isBackedUp && client.missed.size > 0;
    demand(!isLeft, "a snapshot is missing");
  }

  /** @param steps from `longSweep` on, whoever is slow is closed */
  sweep(steps: number): void {
    const { clock } = this.node.node;
    const all = [...this.clients];
    const isSlow = ({ ledger }: Client) => ledger.peer.outbox.isBackedUp;
    const slow = all.filter(isSlow);
    for (let left = steps; left > 0; left--) clock.step();
    for (const { ledger } of all.filter((client) => !this.clients.has(client))) {
      const isDue = clock.seconds - (ledger.backedUpSince ?? clock.seconds) >= slowPeerSeconds;
      demand(isDue && ledger.peer.ended === closeReasons.slow, "the sweep closed a peer early");
    }
    const isMissed = steps >= longSweep && slow.some((client) => this.clients.has(client));
    demand(!isMissed, "the sweep missed a slow peer");
  }

  endTick(): void {
    this.node.endTick();
    for (const { ledger } of this.clients) ledger.checkDelivered("taken");
  }

  /** What must hold whenever nothing is going on. */
  check(): void {
    for (const { ledger } of this.clients) ledger.check();
    for (const where of this.places) this.#checkPlace(where);
    const hubs = new Set(this.places.map(({ hub }) => hub));
    for (const hub of hubs) this.#checkOutcomes(hub);
    const topics = [...hubs].reduce((sum, { size }) => sum + size, 0);
    const due = this.places.filter(({ members }) => members.size > 0).length;
    demand(topics === due, `there are ${topics} topics in place of ${due}`);
  }

  #checkPlace({ hub, name, members }: Place): void {
    const topic = hub.topic(name);
    const [is, due] = [[...(topic?.members.keys() ?? [])], [...members.keys()]];
    demand(is.join() === due.join(), `members are ${is} in place of ${due}`);
    demand((topic?.localCount ?? 0) === members.size, "members are counted wrongly");
    const subscribers = this.node.broker.subscribers(topic?.channel ?? "");
    demand(subscribers.size === (topic?.onChannel ?? 0), "subscribers are counted wrongly");
    for (const { client } of members.values()) {
      const { peer, socket } = client.ledger;
      const isReading = subscribers.size > 0 && !peer.outbox.isBackedUp;
      demand(subscribers.has(socket) === isReading, "somebody is wrongly on or off the channel");
    }
  }

  #checkOutcomes(hub: Hub<string>): void {
    const places = this.places.filter((where) => where.hub === hub);
    for (const outcome of ["sent", "queued", "dropped", "absent"] as const) {
      const due = places.reduce((sum, { outcomes }) => sum + outcomes[outcome], 0);
      const is = hub.counts.outcomes[outcome];
      demand(is === due, `${is} relays are counted as ${outcome} in place of ${due}`);
    }
    const { dropped, absent } = hub.counts.lateFailures;
    demand(dropped + absent === 0, "a relay on one node has failed late");
  }

  /** Makes a call that has to relay to each of the receivers, and to tell its sender if all of that fails. */
  #relay(
    { ledger }: Client,
    where: Place,
    receivers: readonly string[],
    frame: string,
    reference: string | undefined,
    act: () => Outcome,
  ): void {
    const targets = receivers.flatMap((to) => where.members.get(to)?.client ?? []);
    const reached = targets.filter(({ missed }) => !missed.has(where));
    const told = ledger.failures.length;
    const { answer } = this.#send(reached, frame, act);
    const outcomes = targets.map((target) =>
      reached.includes(target) ? target.ledger.delivery : "dropped",
    );
    const arrived = outcomes.find((outcome) => outcome !== "dropped");
    const right = arrived ?? outcomes[0] ?? "absent";
    demand(answer === right, `${brief(frame)} was ${answer}, not ${right}`);
    where.outcomes[right]++;
    const isTold = reference !== undefined && (right === "dropped" || right === "absent");
    const failures = ledger.failures.slice(told).join();
    demand(failures === (isTold ? `${reference} ${right}` : ""), `its sender was told ${failures}`);
  }

  /** Makes a call that has to tell everybody in a topic, or nobody. */
  #announce<Answer>(where: Place, frame: string | undefined, act: () => Answer): Answer {
    const due = frame === undefined ? [] : receivers(where);
    const { answer, dropped } = this.#send(due, frame ?? "", act);
    for (const client of dropped) client.missed.add(where);
    return answer;
  }

  /** Makes a call that has to send `frame` to those in `due`, and nothing to anybody but `exempt`. */
  #send<Answer>(due: readonly Client[], frame: string, act: () => Answer, exempt?: Client) {
    const before = [...this.clients].map(({ ledger }) => ({
      accepted: ledger.accepted.length,
      dropped: ledger.dropped.length,
    }));
    const all = [...this.clients];
    const answer = act();
    const dropped: Client[] = [];
    for (const [index, client] of all.entries()) {
      if (client === exempt) continue;
      const got = client.ledger.accepted.slice(before[index]?.accepted);
      const refused = client.ledger.dropped.slice(before[index]?.dropped);
      const given = [...got, ...refused];
      const right = due.includes(client) ? [frame] : [];
      demand(given.join("\n") === right.join("\n"), `somebody got ${given.map(brief)}`);
      dropped.push(...refused.map(() => client));
    }
    return { answer, dropped };
  }

  #hub(namespace: string): Hub<string> {
    return new Hub<string>(this.node.node, namespace, {
      info: v.string(),
      joined: ({ id, info }) => frames.joined(id, info),
      left: ({ id }) => frames.left(id),
      snapshot: ({ id, topic }) => frames.snapshot(topicOf(id), topic.members),
    });
  }
}

function place(key: string, hub: Hub<string>, name: string): Place {
  const valid = topicName(name);
  if (valid === undefined) throw new Error(`no name of a topic: ${name}`);
  return {
    key,
    hub,
    name: valid,
    members: new Map(),
    outcomes: { sent: 0, queued: 0, dropped: 0, absent: 0, forbidden: 0 },
  };
}

/** Everybody in a topic who has missed nothing there. */
const receivers = (where: Place): readonly Client[] =>
  [...where.members.values()]
    .map(({ client }) => client)
    .filter(({ missed }) => !missed.has(where));
