// A large topic whose announcements gather, and beside it what has happened to it, event by event. Each frame says
// after which event it was made, and each reader's view of the topic must then be what the topic was: no joined and no
// left is missing, comes twice, or comes out of turn.

import * as v from "valibot";
import { Announcer } from "../../src/core/announcer.ts";
import { closeReasons } from "../../src/core/close.ts";
import { Hub } from "../../src/core/hub.ts";
import { type MemberId, memberId, newNodeId, topicName } from "../../src/core/ids.ts";
import { gatherFrom } from "../../src/core/limits.ts";
import type { LocalMember, Member } from "../../src/core/member.ts";
import type { Peer } from "../../src/core/peer.ts";
import { FakeNode, FakeTicks } from "../support/fake-node.ts";
import type { FakeSocket } from "../support/fake-socket.ts";
import { demand } from "./hub-ledger.ts";
import { RecordingBus } from "./recording-bus.ts";

/** Milliseconds of a slice of the announcer. */
const sliceMs = 2;

const room = topicName("room")!;

export interface Client {
  readonly peer: Peer;
  readonly socket: FakeSocket;
  member: LocalMember<string> | undefined;
  /** Whether frames can no longer be rewritten for it. */
  isBroken: boolean;
  /** Whom it takes for a member, by what it has read. */
  view: Set<string> | undefined;
  /** Frames that were looked at, and the event after which the last one was made. */
  seen: number;
  after: number;
}

export interface GatheringSetup {
  readonly maxQueuedFrames: number;
  readonly isRewritten: boolean;
  /** Members from the beginning, beside those that make a topic large. */
  readonly more: number;
}

const fault = new Error("a fault");

/** An entry as JSON: `"id"`. */
const entry = ({ id }: Member<string>): string => `"${id}"`;

export class GatheringModel {
  readonly clients = new Set<Client>();
  /** Who was in the topic after each event. */
  readonly #history: ReadonlySet<string>[] = [new Set()];
  /** The last event by the end of each call that sent a frame of a member. */
  readonly #until: number[] = [];
  readonly #bus = new RecordingBus();
  readonly #node: FakeNode;
  readonly #slices = new FakeTicks();
  readonly #hub: Hub<string>;
  readonly #isRewritten: boolean;
  /** Other nodes that a member may be on. */
  readonly #far = [newNodeId(), newNodeId()];
  #now = 0;
  #step = 0;

  constructor({ maxQueuedFrames, isRewritten, more }: GatheringSetup) {
    this.#isRewritten = isRewritten;
    const now = (): number => {
      this.#now += this.#step;
      return this.#now;
    };
    const announcer = new Announcer({
      fault: (thrown) => this.#node.faults.push(thrown),
      now,
      wait: this.#slices.schedule,
    });
    this.#node = new FakeNode({ maxQueuedFrames }, this.#bus, undefined, { now, announcer });
    this.#hub = new Hub<string>(this.#node.node, "test", {
      info: v.string(),
      joined: ({ id }) => this.#frame("+", id),
      left: ({ id }) => this.#frame("-", id),
      entry,
      snapshot: (member) => this.#snapshot(member),
    });
    for (let left = gatherFrom + more; left > 0; left--) this.join(this.connect());
    this.slice(Number.POSITIVE_INFINITY);
  }

  get #truth(): ReadonlySet<string> {
    return this.#history.at(-1)!;
  }

  connect(): Client {
    const { peer, socket } = this.#node.connect(() => this.#ended(client));
    const client: Client = {
      peer,
      socket,
      member: undefined,
      isBroken: false,
      view: undefined,
      seen: 0,
      after: 0,
    };
    this.clients.add(client);
    return client;
  }

  /** @param id of a member on another node, which moves here; one that is new if unset */
  join(client: Client, id = memberId(`m${this.#history.length}`)): void {
    if (client.member !== undefined || !client.peer.isOpen) return;
    if (!this.#truth.has(id)) this.#happens(new Set([...this.#truth, id]));
    const member = this.#hub.join(client.peer, room, {
      id,
      info: "",
      ...(this.#isRewritten && { render: (frame) => this.#render(client, frame) }),
    });
    if (typeof member === "string") throw new Error(member);
    client.member = member;
    const isDropped = client.peer.send(this.#snapshot(member)) === "dropped";
    if (isDropped) member.missed = true;
  }

  leave(client: Client): void {
    const { member } = client;
    if (member === undefined) return;
    client.member = undefined;
    this.#happens(new Set([...this.#truth].filter((id) => id !== member.id)));
    this.#hub.leave(member);
    // What it has read so far is all that it was to be told; what waits for it is not looked at.
    this.#read(client);
    client.view = undefined;
  }

  close(client: Client): void {
    client.peer.close(closeReasons.silent);
  }

  /** Members on other nodes, each by its number. A node tells of what is new to this one, or of a move. */
  remoteJoined(number: number, node: number): void {
    const id = `far${number}`;
    if (this.#localOf(id) !== undefined) return;
    if (!this.#truth.has(id)) this.#happens(new Set([...this.#truth, id]));
    this.#bus.receiver.remoteJoined(room, id, "", this.#far[node]!);
  }

  remoteLeft(number: number): void {
    const id = `far${number}`;
    const member = this.#hub.topic(room)?.members.get(id);
    if (member === undefined || member.peer !== undefined) return;
    this.#happens(new Set([...this.#truth].filter((each) => each !== id)));
    this.#bus.receiver.remoteLeft(room, id, member.node);
  }

  /** The id of a member on another node, if it is there. */
  remoteId(number: number): MemberId | undefined {
    const member = this.#hub.topic(room)?.members.get(`far${number}`);
    return member?.peer === undefined ? member?.id : undefined;
  }

  relay({ peer, member }: Client, to: Client): void {
    if (member === undefined || to.member === undefined) return;
    const { id } = to.member;
    this.#pass(member.id, (frame) => this.#hub.relay(peer, member.topic, id, frame));
  }

  remoteRelay(number: number, to: Client): void {
    if (this.remoteId(number) === undefined || to.member === undefined) return;
    const { id } = to.member;
    this.#pass(`far${number}`, (frame) => this.#bus.receiver.remoteRelay(room, id, frame));
  }

  broadcast({ peer, member }: Client): void {
    if (member === undefined) return;
    this.#pass(member.id, (frame) => this.#hub.broadcast(peer, member.topic, frame, member));
  }

  /** One slice of the announcer, in which so many members are told; the time of later ticks is as short. */
  slice(members: number): void {
    this.#step = sliceMs / members;
    this.#slices.end();
  }

  endTick(): void {
    this.#node.endTick();
  }

  /** What everybody has read is right so far. */
  check(): void {
    for (const client of this.clients) this.#read(client);
  }

  /** Everybody is told and reads everything: then all know who is there. */
  finish(): void {
    for (const { socket } of this.clients) socket.read();
    do this.slice(Number.POSITIVE_INFINITY);
    while (this.#slices.size > 0);
    this.endTick();
    for (const { socket } of this.clients) socket.read();
    this.endTick();
    this.check();
    for (const { member, view, peer } of this.clients) {
      if (member === undefined) continue;
      demand(!peer.outbox.isBackedUp && !member.missed, `${member.id} reads, and is backed up`);
      demand(isSame(view, this.#truth), `${member.id} does not know who is there`);
    }
    const topic = this.#hub.topic(room);
    const ids = new Set(topic?.members.keys() ?? []);
    demand(isSame(ids, this.#truth), "the topic does not know who is there");
    demand(
      this.#node.faults.every((thrown) => thrown === fault),
      `${this.#node.faults}`,
    );
  }

  #ended(client: Client): void {
    this.leave(client);
    this.clients.delete(client);
  }

  #localOf(id: string): LocalMember<string> | undefined {
    const member = this.#hub.topic(room)?.members.get(id);
    return member?.peer === undefined ? undefined : member;
  }

  #happens(members: ReadonlySet<string>): void {
    this.#history.push(members);
  }

  /** Has a frame of a member sent, whereupon faults may end others. */
  #pass(from: string, send: (frame: string) => void): void {
    const frame = this.#frame(`>${this.#until.length}`, from);
    this.#until.push(Number.POSITIVE_INFINITY);
    send(frame);
    this.#until[this.#until.length - 1] = this.#history.length - 1;
  }

  /** Says after which event it was made. */
  #frame(kind: string, about: string): string {
    return `${kind} ${this.#history.length - 1} ${about}`;
  }

  #snapshot(member: LocalMember<string>): string {
    const others = JSON.parse(`[${member.topic.entries(member)}]`);
    return this.#frame("=", [member.id, ...others].join());
  }

  #render(client: Client, frame: string): string {
    if (client.isBroken) throw fault;
    return frame;
  }

  #read(client: Client): void {
    const { received } = client.socket;
    for (; client.seen < received.length; client.seen++)
      this.#readFrame(client, received[client.seen]!);
  }

  #readFrame(client: Client, frame: string): void {
    const [kind = "", stamp, about = ""] = frame.split(" ");
    const after = Number(stamp);
    const until = kind.startsWith(">") ? this.#until[Number(kind.slice(1))]! : after;
    const name = client.member?.id ?? "somebody who has left";
    demand(until >= client.after, `${name} got ${frame} after what was made after it`);
    client.after = Math.max(client.after, after);
    if (kind === "=") client.view = new Set(about.split(","));
    const { view } = client;
    if (view === undefined) return;
    if (kind === "+") {
      demand(!view.has(about), `${name} knows whom ${frame} is about`);
      view.add(about);
    } else if (kind === "-") demand(view.delete(about), `${name} does not know ${frame}`);
    else {
      const truths = this.#history.slice(after, until + 1);
      const isRight = truths.some((truth) => isSame(view, truth));
      demand(isRight, `${name} got ${frame} without knowing who was there`);
      demand(kind === "=" || view.has(about), `${name} got ${frame} of somebody who has left`);
    }
  }
}

const isSame = (one: ReadonlySet<string> | undefined, other: ReadonlySet<string>): boolean =>
  one !== undefined && one.size === other.size && one.isSubsetOf(other);
