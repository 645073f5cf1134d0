// Connections that wait for their turn: what is kept meanwhile counts, is bounded, and goes when it is not wanted.

import { describe, expect, spyOn, test } from "bun:test";
import { closeReasons } from "../../src/core/close.ts";
import type { Limits } from "../../src/core/limits.ts";
import type { Peer } from "../../src/core/peer.ts";
import { WorkQueue } from "../../src/core/work-queue.ts";
import type { Conversation, Opening } from "../../src/protocols/protocol.ts";
import { Backlog } from "../../src/server/backlog.ts";
import { Connection } from "../../src/server/connection.ts";
import { promptLength } from "../../src/server/turns.ts";
import { FakeNode, type FakePeer, FakeTicks, patient, roomy } from "../support/fake-node.ts";
import { endBy } from "../support/fake-socket.ts";

/** Handles messages in a time of its own; each is a frame to so many others. */
class Handler implements Conversation {
  readonly handled: string[] = [];
  readonly told: string[] = [];
  readonly #world: World;
  readonly #peer: Peer;

  constructor(world: World, peer: Peer) {
    this.#world = world;
    this.#peer = peer;
  }

  receive(text: string): void | Promise<() => void> {
    this.#world.now += this.#world.messageMs;
    this.#peer.charge(this.#world.copies);
    this.handled.push(text);
    if (text === "throw") throw this.#world.fault;
    if (text === "wait") return this.#world.wait.promise;
  }

  tooFast(): void {
    this.told.push("too fast");
  }

  closed(): void {
    this.told.push("closed");
  }
}

interface Client extends FakePeer {
  readonly connection: Connection;
  /** Once the conversation has begun. */
  readonly handler: () => Handler;
  say(...texts: readonly string[]): void;
}

class World {
  now = 0;
  messageMs = 0;
  copies = 0;
  readonly fault = new Error("a fault");
  readonly faults: unknown[] = [];
  readonly wait = Promise.withResolvers<() => void>();
  readonly held = { length: 0 };
  readonly node: FakeNode;
  readonly #limits: Limits;
  readonly #ticks = new FakeTicks();
  readonly work = new WorkQueue({
    shareMs: 3,
    fault: (thrown) => this.faults.push(thrown),
    now: () => this.now,
    schedule: this.#ticks.schedule,
  });

  constructor(limits: Partial<Limits> = {}) {
    this.#limits = { ...roomy, ...limits };
    this.node = new FakeNode(this.#limits);
  }

  connect(opening?: Opening, isTurn = false): Client {
    const context = {
      protocol: "test",
      patience: patient,
      traffic: this.node.traffic,
      maxFrameBytes: 1_000_000,
      awaitsKeys: () => false,
      limits: this.#limits,
      clock: this.node.node.clock,
      work: this.work,
      held: this.held,
      fault: (thrown: unknown) => this.faults.push(thrown),
    };
    let handler: Handler | undefined;
    const begin: Opening = (peer) => {
      handler = new Handler(this, peer);
      return opening?.(peer) ?? handler;
    };
    const connection = new Connection(context, begin, "key", 1);
    const connected = this.node.connect((code) => connection.closed(code));
    connection.open(connected.peer, isTurn);
    return {
      ...connected,
      connection,
      handler: () => handler!,
      say: (...texts) => {
        for (const text of texts) connection.message(text);
      },
    };
  }

  /** Uses up what this tick does at once, and its time for work. */
  crowd(): void {
    this.occupy();
    while (this.work.mayDo(1024));
  }

  /** Uses up this tick's time for work. */
  occupy(): void {
    this.work.run("somebody", () => {
      this.now += 100;
    });
  }

  tick(): void {
    this.#ticks.end();
  }
}

const numbers = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, n) => `${n}`);

/** Far ahead of its rate, so that it has to wait for its turn. */
function eager(world: World): Client {
  const client = world.connect();
  world.tick();
  client.peer.charge(10);
  world.occupy();
  return client;
}

describe("a connection that is far ahead of its rate", () => {
  test("is handled at once while nobody else has work", () => {
    const world = new World({ framesPerSecond: 10 });
    const client = world.connect();
    client.say(...numbers(20));
    expect(client.handler().handled).toEqual([...numbers(20)]);
  });

  test("waits for its turn otherwise, and its messages stay in order", () => {
    const world = new World({ framesPerSecond: 10 });
    const client = eager(world);
    client.say("0", "1");
    expect(client.handler().handled).toEqual([]);
    world.tick();
    client.say("2");
    world.tick();
    expect(client.handler().handled).toEqual(["0", "1", "2"]);
  });

  test("gives way after the time of a tick, however many messages wait", () => {
    const world = new World({ framesPerSecond: 100 });
    const client = world.connect();
    world.tick();
    client.peer.charge(100);
    world.occupy();
    world.messageMs = 1;
    client.say(...numbers(10));
    const counts = [1, 2, 3, 4, 5].map(() => {
      world.tick();
      return client.handler().handled.length;
    });
    expect(counts).toEqual([3, 6, 9, 10, 10]);
    expect(client.handler().handled).toEqual([...numbers(10)]);
  });

  // Before, each turn kept all of the rest anew: 1.5 million times for 10,000 messages.
  test("has each message kept once, however many turns it takes", () => {
    const world = new World({ framesPerSecond: 100 });
    const client = eager(world);
    client.peer.charge(100);
    using add = spyOn(Backlog.prototype, "add");
    client.say(...numbers(1000));
    for (let ticks = 0; ticks < 20; ticks++) {
      world.occupy();
      world.tick();
    }
    expect([client.handler().handled.length, add.mock.calls.length]).toEqual([1000, 1000]);
  });

  test("does not delay another one's opening by more than one of its turns", () => {
    const world = new World({ framesPerSecond: 100 });
    const client = world.connect();
    world.tick();
    client.peer.charge(100);
    world.occupy();
    client.say(...numbers(500));
    const other = world.connect();
    world.tick();
    expect([other.handler() !== undefined, client.handler().handled.length]).toEqual([true, 500]);
  });

  // Before, what had waited was handled whatever it cost by then: 9,000 broadcasts to a topic of 2,000.
  test("may do no more because its messages have waited", () => {
    const world = new World({ framesPerSecond: 10 });
    const patience = world.connect();
    const client = eager(world);
    world.copies = 50;
    client.say(...numbers(100));
    for (let ticks = 5; ticks > 0; ticks--) world.tick();
    // 200 at once: 10 before, and 51 for each of these.
    expect([client.handler().handled, client.handler().told]).toEqual([
      ["0", "1", "2", "3"],
      ["too fast"],
    ]);
    world.copies = 0;
    patience.say("hello");
    expect(patience.handler().handled).toEqual(["hello"]);
  });

  test("may do as much as if its messages had not waited", () => {
    const world = new World({ framesPerSecond: 10 });
    const [atOnce, later] = [world.connect(), world.connect()];
    world.tick();
    for (const { peer } of [atOnce, later]) peer.charge(10);
    world.copies = 1;
    atOnce.say(...numbers(150));
    world.tick();
    world.occupy();
    later.say(...numbers(150));
    for (let ticks = 5; ticks > 0; ticks--) world.tick();
    expect(atOnce.handler().handled.length).toBe(95);
    expect(later.handler().handled).toEqual(atOnce.handler().handled);
  });

  test("keeps as many messages as it may send at once, and is told of more", () => {
    const world = new World({ framesPerSecond: 10 });
    const client = eager(world);
    client.say(...numbers(201));
    expect(client.handler().told).toEqual(["too fast"]);
    for (let ticks = 5; ticks > 0; ticks--) world.tick();
    expect(client.handler().handled).toEqual([...numbers(190)]);
  });

  test("that sends far more at once is closed", () => {
    const world = new World({ framesPerSecond: 10 });
    const client = world.connect();
    client.say(...numbers(200));
    const before = client.socket.end;
    client.say(...numbers(50));
    const borne = client.socket.end;
    client.say("one more");
    expect([before, borne, client.socket.end]).toEqual([
      undefined,
      undefined,
      endBy(closeReasons.tooFast),
    ]);
    expect(client.handler().told).toEqual(["too fast", "closed"]);
  });

  test("may send again once time has passed, and is not held to what was too much", () => {
    const world = new World({ framesPerSecond: 10 });
    const client = world.connect();
    client.say(...numbers(250));
    world.node.sweep(20);
    client.say("again");
    expect([client.handler().handled.length, client.socket.end]).toEqual([201, undefined]);
  });

  test("whose message is a fault of ours is closed, and others come to their turn", () => {
    const world = new World({ framesPerSecond: 10 });
    const client = eager(world);
    client.say("throw", "never");
    const other = world.connect();
    world.tick();
    expect([client.socket.end, client.handler().handled, world.faults]).toEqual([
      endBy(closeReasons.fault),
      ["throw"],
      [world.fault],
    ]);
    expect([other.handler() !== undefined, world.held.length]).toEqual([true, 0]);
  });
});

test("an opening waits for no turn if the request for its socket has", () => {
  const world = new World();
  world.occupy();
  const clients = [world.connect(), world.connect(undefined, true)];
  expect(clients.map(({ handler }) => handler() !== undefined)).toEqual([false, true]);
  world.tick();
  expect(clients[0]?.handler()).toBeDefined();
});

describe("a message that is long", () => {
  const long = "x".repeat(promptLength + 1);

  test("waits for its turn where this tick has done enough, and what follows it waits with it", () => {
    const world = new World();
    const [client, other] = [world.connect(), world.connect()];
    world.tick();
    world.crowd();
    client.say("before", long, "after");
    other.say("x".repeat(promptLength));
    expect([client.handler().handled, other.handler().handled.length]).toEqual([["before"], 1]);
    world.tick();
    expect(client.handler().handled).toEqual(["before", long, "after"]);
  });

  test("is handled at once where there are few, however slow the machine is", () => {
    const world = new World();
    const client = world.connect();
    world.tick();
    world.occupy();
    client.say(long);
    expect(client.handler().handled).toEqual([long]);
  });
});

describe("a client that leaves", () => {
  const leaving = (prepare: (world: World) => void) => {
    const world = new World();
    const client = world.connect();
    client.peer.remember({ backedUp: () => undefined, relieved: () => undefined });
    world.tick();
    prepare(world);
    return { world, client };
  };

  test("is gone at once where few leave, however slow the machine is", () => {
    const { client } = leaving((world) => world.occupy());
    client.socket.close(1000, "");
    expect(client.handler().told).toEqual(["closed"]);
  });

  test("leaves in its turn where thousands do at once", () => {
    const { world, client } = leaving((world) => world.crowd());
    client.socket.close(1000, "");
    expect(client.handler().told).toEqual([]);
    world.tick();
    expect(client.handler().told).toEqual(["closed"]);
  });

  test("is gone at once if the server has closed it: others may be waiting for that", () => {
    const { client } = leaving((world) => world.crowd());
    client.peer.close(closeReasons.slow);
    expect(client.handler().told).toEqual(["closed"]);
  });
});

describe("pings and pongs", () => {
  const ping = Buffer.from("ping");

  test("count as messages do", () => {
    const world = new World({ framesPerSecond: 10, bytesPerSecond: 20 });
    const client = world.connect();
    for (let n = 0; n < 100; n++) client.connection.control(ping);
    client.say("too many bytes");
    expect([client.handler().handled, client.handler().told]).toEqual([[], ["too fast"]]);
    world.node.sweep(20);
    client.connection.control(ping);
    client.say("hello");
    expect(client.handler().handled).toEqual(["hello"]);
  });

  test("end a connection that sends far more of them than it may", () => {
    const world = new World({ framesPerSecond: 10 });
    const client = world.connect();
    for (let n = 0; n < 250; n++) client.connection.control(ping);
    const before = client.socket.end;
    client.connection.control(ping);
    expect([before, client.socket.end]).toEqual([undefined, endBy(closeReasons.tooFast)]);
  });
});

test("a message counts its bytes, not its characters", () => {
  const world = new World({ bytesPerSecond: 10 });
  const client = world.connect();
  client.say("€".repeat(60), "€".repeat(7), "€".repeat(6));
  expect(client.handler().handled).toEqual(["€".repeat(60), "€".repeat(6)]);
});

describe("what is kept for a connection", () => {
  test("goes with it, whatever it waits for", async () => {
    const world = new World({ framesPerSecond: 10 });
    const verified = Promise.withResolvers<Opening>();
    const waiting = [
      eager(world),
      world.connect(),
      world.connect(() => verified.promise),
      world.connect(),
    ];
    for (const client of waiting) client.say("a".repeat(100), "b");
    const before = world.held.length;
    for (const { peer } of waiting) peer.close(closeReasons.restart);
    expect([before > 400, world.held.length]).toEqual([true, 0]);
    for (let ticks = 3; ticks > 0; ticks--) world.tick();
    verified.resolve(() => closeReasons.topicFull);
    await new Promise(setImmediate);
    world.tick();
    expect([world.held.length, world.work.size, world.faults]).toEqual([0, 0, []]);
  });

  test("is handled in turns of a tick's time when what it waited for has come", async () => {
    const world = new World();
    const client = world.connect();
    world.messageMs = 1;
    client.say("wait", ...numbers(10));
    world.wait.resolve(() => undefined);
    await new Promise(setImmediate);
    const counts = [1, 2, 3, 4].map(() => {
      world.tick();
      return client.handler().handled.length - 1;
    });
    // Two of them at once, as the tick in which that came had time for them.
    expect(counts).toEqual([5, 8, 10, 10]);
    expect(client.handler().handled).toEqual(["wait", ...numbers(10)]);
  });

  test("counts when it is handled, as if it had come then", async () => {
    const world = new World({ framesPerSecond: 1 });
    const client = world.connect();
    client.say("wait", ...numbers(25));
    world.wait.resolve(() => undefined);
    await new Promise(setImmediate);
    world.tick();
    expect([client.handler().handled, client.handler().told]).toEqual([
      ["wait", ...numbers(19)],
      ["too fast"],
    ]);
  });
});

test("a conversation whose socket a fault has closed while it began is told of its end", () => {
  const world = new World();
  const diary: string[] = [];
  world.connect((peer) => {
    peer.faulted(world.fault);
    return { receive: () => undefined, closed: () => diary.push("closed") };
  });
  expect(diary).toEqual(["closed"]);
});
