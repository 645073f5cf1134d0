// Whatever happens in a large topic, in whatever slices its members are told.

import { test } from "bun:test";
import fc from "fast-check";
import { type Client, GatheringModel, type GatheringSetup } from "./gathering-model.ts";

/** For a machine that is busy with something else, and for shrinking. */
const timeoutMs = 120_000;

/** Clients that commands name by number; the others do nothing but be there. */
const actors = 5;

type Command =
  | { do: "join" | "leave" | "close" | "broadcast"; who: number }
  /** Frames can no longer be rewritten for it. */
  | { do: "break"; who: number }
  /** Takes the id of a member on another node along. */
  | { do: "move"; who: number; number: number }
  | { do: "relay"; who: number; to: number }
  | { do: "stall" | "read"; who: number; room: number }
  | { do: "remoteJoined"; number: number; node: number }
  | { do: "remoteLeft"; number: number }
  | { do: "remoteRelay"; number: number; to: number }
  | { do: "thin"; count: number }
  | { do: "slice"; members: number }
  | { do: "endTick" };

const who = fc.nat(actors - 1);
const number = fc.nat(2);
const is = <Name extends Command["do"]>(...names: readonly Name[]) => fc.constantFrom(...names);

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: is("join"), who }) },
  { weight: 4, arbitrary: fc.record({ do: is("leave"), who }) },
  { weight: 1, arbitrary: fc.record({ do: is("close", "break"), who }) },
  { weight: 2, arbitrary: fc.record({ do: is("broadcast"), who }) },
  { weight: 1, arbitrary: fc.record({ do: is("move"), who, number }) },
  { weight: 6, arbitrary: fc.record({ do: is("relay"), who, to: who }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: is("stall"), who, room: fc.constantFrom(0, 0, 30) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: is("read"),
      who,
      room: fc.constantFrom(0, 60, Number.POSITIVE_INFINITY),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: is("remoteJoined"), number, node: fc.nat(1) }) },
  { weight: 2, arbitrary: fc.record({ do: is("remoteLeft"), number }) },
  { weight: 1, arbitrary: fc.record({ do: is("remoteRelay"), number, to: who }) },
  { weight: 1, arbitrary: fc.record({ do: is("thin"), count: fc.constantFrom(1, 5, 40) }) },
  {
    weight: 6,
    arbitrary: fc.record({ do: is("slice"), members: fc.constantFrom(1, 3, 20, 70, 1000) }),
  },
  { weight: 4, arbitrary: fc.constant({ do: "endTick" as const }) },
);

const setup: fc.Arbitrary<GatheringSetup> = fc.record({
  maxQueuedFrames: fc.constantFrom(1, 3, 1000),
  isRewritten: fc.boolean(),
  more: fc.constantFrom(-3, 0, 5),
});

class World {
  readonly model: GatheringModel;
  readonly #actors: (Client | undefined)[] = [];

  constructor(given: GatheringSetup) {
    this.model = new GatheringModel(given);
  }

  do(command: Command): void {
    const { model } = this;
    switch (command.do) {
      case "slice":
        return model.slice(command.members);
      case "endTick":
        return model.endTick();
      case "thin":
        return this.#thin(command.count);
      case "remoteJoined":
        return model.remoteJoined(command.number, command.node);
      case "remoteLeft":
        return model.remoteLeft(command.number);
      case "remoteRelay":
        return model.remoteRelay(command.number, this.#actor(command.to));
      default:
        return this.#act(this.#actor(command.who), command);
    }
  }

  #act(client: Client, command: Extract<Command, { who: number }>): void {
    const { model } = this;
    switch (command.do) {
      case "move": {
        const id = model.remoteId(command.number);
        return id === undefined ? undefined : model.join(client, id);
      }
      case "relay":
        return model.relay(client, this.#actor(command.to));
      case "stall":
        return client.socket.stall(command.room);
      case "read":
        return client.socket.read(command.room);
      case "break":
        client.isBroken = true;
        return;
      default:
        return model[command.do](client);
    }
  }

  /** Some of those who were there from the beginning go, and some stay: a node without members knows of none. */
  #thin(count: number): void {
    const silent = [...this.model.clients].filter((client) => !this.#actors.includes(client));
    for (const client of silent.slice(5).slice(0, count)) this.model.close(client);
  }

  #actor(index: number): Client {
    const actor = this.#actors[index];
    if (actor?.peer.isOpen === true) return actor;
    const connected = this.model.connect();
    this.#actors[index] = connected;
    return connected;
  }
}

test(
  "in a large topic nobody hears of somebody it has not been told of, and in the end all know all",
  () => {
    const property = fc.property(
      setup,
      fc.array(command, { minLength: 1, maxLength: 120, size: "max" }),
      (given, commands) => {
        const world = new World(given);
        for (const each of commands) {
          world.do(each);
          world.model.check();
        }
        world.model.finish();
      },
    );
    fc.assert(property, { numRuns: 200, includeErrorInReport: true });
  },
  timeoutMs,
);
