import { test } from "bun:test";
import fc from "fast-check";
import { closeReasons } from "../../src/core/close.ts";
import { type Command, commands, peerCount, setup } from "./hub-commands.ts";
import { frames, padding, publishedPadding } from "./hub-frames.ts";
import { demand } from "./hub-ledger.ts";
import { type Client, HubModel } from "./hub-model.ts";

/** For a machine that is busy with something else, and for shrinking. */
const timeoutMs = 120_000;

/** The model, and the peers that commands name by number. */
class World {
  readonly model: HubModel;
  readonly #peers: (Client | undefined)[] = [];
  #serial = 0;
  /** Somebody who has been in a topic, or is still. */
  #former = "nobody";

  constructor(model: HubModel) {
    this.model = model;
  }

  do(command: Command): void {
    if (command.do === "endTick") return this.model.endTick();
    if (command.do === "sweep") return this.model.sweep(command.steps);
    const client = this.#peers[command.who];
    if (command.do === "join")
      return this.model.join(
        client ?? this.#connect(command.who),
        this.#place(command),
        padding(command.info),
      );
    if (client === undefined) return;
    const { peer, socket } = client.ledger;
    switch (command.do) {
      case "leave":
        return this.model.leave(client, this.#place(command));
      case "close":
        return peer.close(closeReasons.silent);
      case "hangUp":
        return socket.hangUp();
      case "choke":
        return this.#choke(client);
      case "flood":
        return this.#flood(client, command);
      case "stall":
        return socket.stall(command.room);
      case "read":
        return this.model.read(client, () => socket.read(command.room));
      case "readSome":
        return this.model.read(client, () => socket.readSome(command.count));
      case "word":
        peer.send(frames.word(this.#serial++, padding(command.size)));
        return;
      case "relayToAny":
        return this.#relayToAny(client, command);
      default:
        for (let left = command.times; left > 0; left--) this.#send(client, command);
    }
  }

  #choke({ ledger: { peer, socket } }: Client): void {
    socket.stall();
    for (let left = 4; left > 0; left--) {
      peer.send(frames.word(this.#serial++, padding(16_000)));
      this.model.endTick();
    }
    while (peer.send(frames.word(this.#serial++, "")) !== "dropped");
  }

  #flood(client: Client, { topic }: Command & { do: "flood" }): void {
    const where = this.#place({ topic });
    for (let round = 3; round > 0; round--) {
      for (let left = 60; left > 0; left--) {
        const member = client.members.get(where);
        if (member === undefined) return;
        const frame = frames.broadcast(member.id, this.#serial++, publishedPadding);
        this.model.broadcast(member, where, frame, false);
      }
      this.model.endTick();
    }
  }

  #send(client: Client, command: Command & { do: "relay" | "broadcast" }): void {
    const where = this.#place(command);
    const member = client.members.get(where);
    if (member === undefined) return;
    this.#former = member.id;
    const frame = frames[command.do](member.id, this.#serial++, padding(command.size));
    if (command.do === "broadcast") this.model.broadcast(member, where, frame, command.toSelf);
    else {
      const reference = command.tell ? `${this.#serial}` : undefined;
      this.model.relay(client, where, this.#target(command, command.to), frame, reference);
    }
  }

  #relayToAny(client: Client, command: Command & { do: "relayToAny" }): void {
    const where = this.#place(command);
    const member = client.members.get(where);
    if (member === undefined) return;
    const receivers = new Set(command.to.map((to) => this.#target(command, to)));
    const frame = frames.relay(member.id, this.#serial++, padding(command.size));
    this.model.relayToAny(client, where, [...receivers], frame, `${this.#serial}`);
  }

  /** Whoever it is may be in another topic only. */
  #target({ topic }: { readonly topic: number }, to: number): string {
    const members = [...(this.#peers[to]?.members.entries() ?? [])];
    const [, member] =
      members.find(([where]) => where === this.#place({ topic })) ?? members[0] ?? [];
    return member?.id ?? (to > peerCount ? "" : this.#former);
  }

  #place({ topic }: { readonly topic: number }) {
    return this.model.places[topic] ?? this.model.places[0];
  }

  #connect(who: number): Client {
    const client = this.model.connect(() => {
      this.#peers[who] = undefined;
    });
    this.#peers[who] = client;
    return client;
  }
}

test(
  "whatever happens, everybody gets what is meant for them, once, in order, within the bounds",
  () => {
    const property = fc.property(
      setup,
      commands,
      ({ crowded, crowd, crowdInfo, ...limits }, sequence) => {
        const model = new HubModel(limits);
        for (const topic of crowded)
          for (let left = crowd; left > 0; left--)
            model.join(model.connect(), model.places[topic] ?? model.places[0], padding(crowdInfo));
        const world = new World(model);
        for (const command of sequence) {
          world.do(command);
          model.check();
        }
        readAll(model);
        checkViews(model);
        closeAll(model);
      },
    );
    fc.assert(property, { numRuns: 400, includeErrorInReport: true });
  },
  timeoutMs,
);

function readAll(model: HubModel): void {
  model.endTick();
  for (const client of model.clients) model.read(client, () => client.ledger.socket.read());
  model.endTick();
  model.check();
  for (const { ledger } of model.clients) {
    demand(!ledger.peer.outbox.isBackedUp, "the outbox of somebody who reads is backed up");
    ledger.checkDelivered("received");
  }
}

/** Everybody's own view of a topic, by what they have read, is who is in it. */
function checkViews({ clients }: HubModel): void {
  for (const { ledger, members } of clients)
    for (const where of members.keys()) {
      const [view, truth] = [ledger.view.members(where.key), [...where.members.keys()].toSorted()];
      demand(view.join() === truth.join(), `${where.key} is seen as ${view}, and is ${truth}`);
    }
}

function closeAll(model: HubModel): void {
  for (const { ledger } of [...model.clients]) ledger.peer.close(closeReasons.silent);
  model.check();
  const { broker, node } = model.node;
  demand(model.clients.size + node.peers.size === 0, "somebody is left behind");
  demand(broker.channels.length === 0, `channels are left behind: ${broker.channels}`);
}
