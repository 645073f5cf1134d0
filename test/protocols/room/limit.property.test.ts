// The limit of participants, which nodes keep together: whoever comes where at the same moment, no more than
// the limit stay, and no fewer, and all nodes and clients agree on who they are.

import { expect, test } from "bun:test";
import fc from "fast-check";
import { maxParticipants } from "../../../src/protocols/room/options.ts";
import type { FakeClient } from "../../support/fake-server.ts";
import { RoomNodes, reads } from "./room-nodes.ts";

/** For a machine that is busy with something else, and for shrinking. */
const timeoutMs = 60_000;

interface Comer {
  readonly user: string;
  readonly node: number;
}

interface Frame {
  readonly type: string;
  readonly payload: {
    readonly user_id: string;
    readonly code: string;
    readonly participants: readonly { readonly user_id: string }[];
  };
}

const idOf = ({ user_id }: { readonly user_id: string }): string => user_id;

/** What somebody was told of a room. */
class Told {
  /** The length of the longest list of participants. */
  longest = 0;
  /** Who is in the last list, and who by the first list and what was told of joins and leaves. */
  last: readonly string[] = [];
  counted: readonly string[] = [];

  constructor(frames: readonly Frame[]) {
    for (const [index, { type, payload }] of frames.entries()) {
      if (type === "user_joined") this.counted = [...this.counted, idOf(payload)].toSorted();
      if (type === "user_left") this.counted = this.counted.filter((id) => id !== idOf(payload));
      if (type !== "room_state") continue;
      this.last = payload.participants.map(idOf).toSorted();
      this.longest = Math.max(this.longest, this.last.length);
      if (index === 0) this.counted = this.last;
    }
  }
}

const comer = (nodes: number): fc.Arbitrary<Comer> =>
  fc.record({ user: fc.constantFrom(..."abcdefg"), node: fc.nat(nodes - 1) });

const rounds = fc.integer({ min: 2, max: 3 }).chain((count) =>
  fc.record({
    count: fc.constant(count),
    limit: fc.integer({ min: 1, max: 4 }),
    /** One after another; then all at once. */
    early: fc.array(comer(count), { maxLength: 4 }),
    late: fc.array(comer(count), { minLength: 2, maxLength: 8 }),
    /** How much of what is in flight arrives at a time. */
    arriving: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 8 }),
  }),
);

type Clients = ReadonlyMap<FakeClient, string>;

async function comeTo(nodes: RoomNodes, comers: readonly Comer[]): Promise<Clients> {
  const clients = comers.map(
    async ({ node, user }) => [await nodes.open(node, user), user] as const,
  );
  return new Map(await Promise.all(clients));
}

const usersOf = (clients: Clients): string[] => [...new Set(clients.values())].toSorted();

/** Those who are connected still, or those who are not. */
const those = (areIn: boolean, clients: Clients): Clients =>
  new Map([...clients].filter(([{ socket }]) => (socket.end === undefined) === areIn));

const framesOf = (client: FakeClient): readonly Frame[] => reads(client).flat() as Frame[];

/** Nobody was ever told of too many, and all are told of those who are in. */
async function expectAgreed(nodes: RoomNodes, clients: Clients, limit: number): Promise<void> {
  const users = usersOf(those(true, clients));
  for (const client of those(true, clients).keys()) {
    const { longest, last, counted } = new Told(framesOf(client));
    expect(longest).toBeLessThanOrEqual(limit);
    expect({ last, counted }).toEqual({ last: users, counted: users });
  }
  for (const list of await nodes.lists())
    expect((list as Frame["payload"]).participants.map(idOf).toSorted()).toEqual(users);
}

test(
  "is kept exactly, whoever comes to whichever node at the same moment",
  async () => {
    const property = fc.asyncProperty(rounds, async ({ count, limit, early, late, arriving }) => {
      const nodes = new RoomNodes(count, { [maxParticipants.name]: limit });
      const clients = new Map<FakeClient, string>();
      for (const { node, user } of early) clients.set(await nodes.enter(node, user), user);
      const comers = await comeTo(nodes, late);
      let turn = 0;
      await nodes.answered([...comers.keys()], () => arriving[turn++ % arriving.length] ?? 1);
      await nodes.settle();
      for (const [client, user] of comers) clients.set(client, user);

      const { length } = usersOf(those(true, clients));
      expect(length).toBe(Math.min(limit, usersOf(clients).length));
      for (const client of those(false, clients).keys()) {
        expect(client.socket.end).toEqual({ code: 1008, reason: "Room full" });
        expect(framesOf(client).at(-1)).toMatchObject({ payload: { code: "ROOM_FULL" } });
      }
      await expectAgreed(nodes, clients, limit);
    });
    await fc.assert(property, { numRuns: 200, includeErrorInReport: true });
  },
  timeoutMs,
);

type Deed =
  | { readonly do: "come"; readonly comer: Comer }
  | { readonly do: "go"; readonly who: number }
  | { readonly do: "arrive"; readonly count: number }
  | { readonly do: "cut" | "heal"; readonly node: number };

const deeds = (nodes: number): fc.Arbitrary<readonly Deed[]> =>
  fc.array(
    fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({ do: fc.constant("come" as const), comer: comer(nodes) }),
      },
      { weight: 2, arbitrary: fc.record({ do: fc.constant("go" as const), who: fc.nat(9) }) },
      { weight: 3, arbitrary: fc.record({ do: fc.constant("arrive" as const), count: fc.nat(6) }) },
      fc.record({ do: fc.constantFrom("cut" as const, "heal" as const), node: fc.nat(nodes - 1) }),
    ),
    { minLength: 4, maxLength: 30 },
  );

const stories = fc.integer({ min: 2, max: 3 }).chain((count) =>
  fc.record({
    count: fc.constant(count),
    limit: fc.integer({ min: 1, max: 4 }),
    story: deeds(count),
  }),
);

test(
  "is kept again once all nodes have heard of each other, whoever came, went or was cut off",
  async () => {
    const property = fc.asyncProperty(stories, async ({ count, limit, story }) => {
      const nodes = new RoomNodes(count, { [maxParticipants.name]: limit });
      const clients = new Map<FakeClient, string>();
      for (const deed of story) {
        if (deed.do === "come") {
          const { node, user } = deed.comer;
          clients.set(await nodes.open(node, user), user);
        } else if (deed.do === "go") [...clients.keys()][deed.who]?.socket.hangUp();
        else if (deed.do === "arrive") await nodes.pass(deed.count);
        else nodes.network[deed.do](nodes.buses[deed.node]!);
      }
      for (const bus of nodes.buses) nodes.network.heal(bus);
      await nodes.answered([...those(true, clients).keys()]);
      await nodes.settle();

      expect(usersOf(those(true, clients)).length).toBeLessThanOrEqual(limit);
      await expectAgreed(nodes, clients, limit);
    });
    await fc.assert(property, { numRuns: 200, includeErrorInReport: true });
  },
  timeoutMs,
);
