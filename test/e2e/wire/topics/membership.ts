// Who is there: what a newcomer is told, and what the others hear when it comes and goes.

import { describe, expect, test } from "bun:test";
import { RawSocket } from "../../../support/raw-socket.ts";
import {
  freshTopic,
  heard,
  type Joined,
  joinTopic,
  joinTwo,
} from "../../../support/topic-client.ts";
import type { AnyServer } from "../../../support/two-nodes.ts";

export function membership(server: () => AnyServer): void {
  const join = (topic: string): Promise<Joined> => joinTopic(server().url, topic);

  const joined = (id: string): string => `{"type":"peer-joined","peerId":"${id}"}`;
  const left = (id: string): string => `{"type":"peer-left","peerId":"${id}"}`;

  test("a newcomer hears its id, then who is there, then who comes and goes", async () => {
    const topic = freshTopic();
    const [ada, bob] = [await join(`${topic}?metadata={"name":"Ada"}`), await join(topic)];
    const cyd = await join(`${topic}?metadata="Cyd"`);
    bob.socket.close(1000);
    await bob.socket.gone;
    const dan = await join(topic);

    expect({
      ada: [ada.list, ...(await heard(ada.socket))],
      bob: [bob.list, ...(await bob.socket.rest())],
      cyd: [cyd.list, ...(await heard(cyd.socket))],
      dan: [dan.list, ...(await heard(dan.socket))],
    }).toEqual({
      ada: [
        '{"type":"peer-list","peers":[]}',
        joined(bob.id),
        `{"type":"peer-joined","peerId":"${cyd.id}","metadata":"Cyd"}`,
        left(bob.id),
        joined(dan.id),
      ],
      bob: [
        `{"type":"peer-list","peers":[{"id":"${ada.id}","metadata":{"name":"Ada"}}]}`,
        `{"type":"peer-joined","peerId":"${cyd.id}","metadata":"Cyd"}`,
      ],
      cyd: [
        `{"type":"peer-list","peers":[{"id":"${ada.id}","metadata":{"name":"Ada"}},{"id":"${bob.id}"}]}`,
        left(bob.id),
        joined(dan.id),
      ],
      dan: [
        `{"type":"peer-list","peers":[{"id":"${ada.id}","metadata":{"name":"Ada"}},{"id":"${cyd.id}","metadata":"Cyd"}]}`,
      ],
    });
  });

  test("welcome is the first frame and the peer list the second, to the letter", async () => {
    const socket = await RawSocket.open(server().url, `/ws/${freshTopic()}`);
    const [welcome, list] = [await socket.next(), await socket.next()];
    expect([welcome.replace(/[0-9A-Z]{26}/, "<id>"), list]).toEqual([
      '{"type":"welcome","selfId":"<id>"}',
      '{"type":"peer-list","peers":[]}',
    ]);
  });

  describe("the others hear that a peer has left", () => {
    const ends: readonly (readonly [string, (socket: RawSocket) => void])[] = [
      ["when it closes", (socket) => socket.close(1000, "bye")],
      ["when it closes without a code", (socket) => socket.close()],
      ["when its connection is reset", (socket) => socket.destroy()],
      ["when its connection ends without a close", (socket) => socket.finish()],
      ["when it sends what is not JSON", (socket) => socket.send("?")],
      ["when it sends too much", (socket) => socket.send("?".repeat(65_537))],
      ["when it breaks the framing", (socket) => socket.sendFrame({ opcode: 3 })],
      [
        "when it sends half a message and goes",
        (socket) => {
          socket.sendFrame({ payload: '{"type":', fin: false });
          socket.destroy();
        },
      ],
    ];

    test.each(ends)("%s", async (_how, end) => {
      const [stays, goes] = await joinTwo(server().url, freshTopic());
      end(goes.socket);
      expect(await stays.socket.next()).toBe(left(goes.id));
      expect(await heard(stays.socket)).toEqual([]);
    });
  });

  test("a peer's frames come after its peer-joined and before its peer-left", async () => {
    const topic = freshTopic();
    const watcher = await join(topic);
    const visitors = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const visitor = await join(topic);
        for (const type of ["offer", "answer"])
          visitor.socket.send(`{"type":"${type}","to":"${watcher.id}"}`);
        visitor.socket.close(1000);
        await visitor.socket.gone;
        return visitor.id;
      }),
    );
    const frames = await heard(watcher.socket);
    expect(visitors.map((id) => frames.filter((frame) => frame.includes(id)))).toEqual(
      visitors.map((id) => [
        joined(id),
        `{"type":"offer","from":"${id}"}`,
        `{"type":"answer","from":"${id}"}`,
        left(id),
      ]),
    );
  });

  test("what is sent without waiting for the welcome comes after peer-joined as well", async () => {
    const topic = freshTopic();
    const { id, socket } = await join(topic);
    const eager = RawSocket.begin(server().url, `/ws/${topic}`);
    eager.send(`{"type":"offer","to":"${id}"}`);
    await eager.next();
    eager.close(1000);
    await eager.gone;
    const texts = await heard(socket);
    const [, its = ""] = /"peerId":"(\w+)"/.exec(texts[0] ?? "") ?? [];
    expect(texts).toEqual([joined(its), `{"type":"offer","from":"${its}"}`, left(its)]);
  });

  test("two peers that join at the same moment always learn of each other", async () => {
    const pairs = await Promise.all(
      Array.from({ length: 300 }, async () => {
        const topic = freshTopic();
        return await Promise.all([join(topic), join(topic)]);
      }),
    );
    const told = await Promise.all(
      pairs.flat().map(async ({ list, socket }) => [list, ...(await heard(socket))]),
    );
    // On one node one of the two is told by its list; on two nodes it may be neither.
    const tellings = (id: string) => [
      [`{"type":"peer-list","peers":[{"id":"${id}"}]}`],
      ['{"type":"peer-list","peers":[]}', joined(id)],
    ];
    const others = pairs.flatMap(([first, second]) => [second.id, first.id]);
    expect(
      told.filter((texts, at) => !tellings(others[at]!).some((one) => Bun.deepEquals(one, texts))),
    ).toEqual([]);
  });

  test("a crowd that joins at the same moment learns of everybody", async () => {
    const topic = freshTopic();
    const crowd = await Promise.all(Array.from({ length: 60 }, () => join(topic)));
    const known = await Promise.all(
      crowd.map(async ({ socket, list, id }) => {
        const text = [list, ...(await heard(socket))].join();
        return [id, ...text.matchAll(/[0-9A-Z]{26}/g)].map(String).toSorted();
      }),
    );
    const everybody = crowd.map(({ id }) => id).toSorted();
    expect(known).toEqual(crowd.map(() => everybody));
  });
}
