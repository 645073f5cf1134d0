import { test } from "bun:test";
import fc from "fast-check";
import { leaseMs } from "./fake-context.ts";
import { World } from "./world.ts";

/** For a machine that is busy with something else, and for shrinking. */
const timeoutMs = 120_000;

type Command =
  | { do: "join"; node: number; topic: number }
  | { do: "leave"; who: number }
  | { do: "relay"; who: number; to: number; times: number }
  | { do: "broadcast"; who: number }
  | { do: "move"; choices: readonly number[] }
  | { do: "moveAll" }
  | { do: "advance"; steps: number }
  | { do: "cut" | "cutLate" | "connect" | "loseMessages" | "pause" | "resume"; node: number }
  | { do: "cutPlace" | "connectPlace"; node: number; place: number }
  | { do: "crash"; node: number }
  | { do: "addNode" | "restart" | "fill" | "empty" }
  | { do: "restartPlace"; place: number };

const node = fc.nat(3);
const who = fc.nat(20);
const place = fc.nat(2);
const is = <Name extends Command["do"]>(name: Name) => fc.constant(name);

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: is("join"), node, topic: fc.nat(1) }) },
  { weight: 3, arbitrary: fc.record({ do: is("leave"), who }) },
  {
    weight: 6,
    arbitrary: fc.record({ do: is("relay"), who, to: who, times: fc.constantFrom(1, 1, 3) }),
  },
  { weight: 2, arbitrary: fc.record({ do: is("broadcast"), who }) },
  {
    weight: 10,
    arbitrary: fc.record({ do: is("move"), choices: fc.array(fc.nat(50), { maxLength: 20 }) }),
  },
  { weight: 6, arbitrary: fc.record({ do: is("moveAll") }) },
  {
    weight: 5,
    arbitrary: fc.record({ do: is("advance"), steps: fc.constantFrom(1, 1, 5, 12, 40) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom(
        "cut",
        "cutLate",
        "connect",
        "connect",
        "loseMessages",
        "pause",
        "resume",
      ),
      node,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constantFrom("cutPlace", "connectPlace"), node, place }),
  },
  { weight: 1, arbitrary: fc.record({ do: is("restartPlace"), place }) },
  { weight: 1, arbitrary: fc.record({ do: is("crash"), node }) },
  { weight: 2, arbitrary: fc.record({ do: is("addNode") }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom("restart", "fill", "empty") }),
  },
);

async function run(world: World, step: Command): Promise<void> {
  const pick = <Item>(items: readonly Item[], index: number) => items[index % items.length];
  const awake = world.residents.filter(({ station }) => !station.isPaused);
  switch (step.do) {
    case "join": {
      const station = pick(
        world.stations.filter(({ isPaused }) => !isPaused),
        step.node,
      );
      if (station !== undefined) world.join(station, `t${step.topic}`);
      return;
    }
    case "leave": {
      const resident = pick(awake, step.who);
      if (resident !== undefined) world.leave(resident);
      return;
    }
    case "relay": {
      const from = pick(awake, step.who);
      const others = from === undefined ? [] : [...from.member.topic.members.keys()];
      const to = pick(others, step.to);
      if (from === undefined || to === undefined) return;
      for (let left = step.times; left > 0; left--) world.relay(from, to);
      return;
    }
    case "broadcast": {
      const from = pick(awake, step.who);
      if (from !== undefined) world.broadcast(from);
      return;
    }
    case "move":
      for (const choice of step.choices) await world.move(choice);
      return;
    case "moveAll":
      return await world.moveAll();
    case "advance":
      return await world.advance((step.steps * leaseMs) / 30);
    case "addNode":
      if (world.stations.length < 4) world.addNode();
      return;
    case "restart":
      return world.redis.restart();
    case "restartPlace":
      return world.redis.restart([step.place % world.redis.places.length]);
    case "fill":
    case "empty":
      world.redis.isFull = step.do === "fill";
      return;
    default: {
      const station = pick(world.stations, step.node);
      if (station === undefined) return;
      if (step.do === "crash") world.crash(station);
      else if (step.do === "pause" || step.do === "resume") station.isPaused = step.do === "pause";
      else if (station.isPaused) return;
      else if (step.do === "cutPlace" || step.do === "connectPlace")
        station.carrier[step.do === "cutPlace" ? "cut" : "connect"]([
          step.place % world.redis.places.length,
        ]);
      else station.carrier[step.do]();
    }
  }
}

const kinds = [
  ["one Redis", false],
  ["several places, with connections for each topic, as with Redis Cluster", true],
] as const;

test.each(kinds)(
  "whatever happens, all nodes come to know each other and the same members, and each relay is delivered once, in order, or reported: %s",
  async (_kind, isSharded) => {
    const commands = fc.array(command, { minLength: 1, maxLength: 60, size: "max" });
    const property = fc.asyncProperty(commands, async (sequence) => {
      const world = new World(isSharded, 3);
      for (const step of sequence) {
        await run(world, step);
        await world.settle();
      }
      await world.recover();
      world.check();
      world.checkNodes();
    });
    await fc.assert(property, {
      numRuns: Number(process.env["RUNS"] ?? 400),
      includeErrorInReport: true,
    });
  },
  timeoutMs,
);
