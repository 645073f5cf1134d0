// Frames that participants send each other: which pass, to whom and how they look there, and what a message
// gets that is none.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  type Address,
  addresses,
  describeAddresses,
  errorIn,
  freshRoom,
  RoomClient,
  settle,
  spelled,
} from "../../support/room-client.ts";
import { ServerProcess } from "../../support/server-process.ts";
import { secret } from "../../support/tokens.ts";
import { type AnyServer, describeNodes } from "../../support/two-nodes.ts";

const relayedTypes = [
  "offer",
  "answer",
  "ice_candidate",
  "media_control",
  "screen_share_control",
  "chat_message",
  "hand_raise",
  "reaction",
  "network_stats",
];

describeNodes((start) => {
  let server: AnyServer;

  beforeAll(async () => {
    server = await start([], { JWT_SECRET: secret });
  });

  afterAll(() => server[Symbol.asyncDispose]());

  const enter = (address: Address, room: string, user: string, query = "") =>
    RoomClient.open(server.url, address, room, user, { query });

  describeAddresses((here) => {
    test("every relayed type goes to everybody but its own user, in either spelling", async () => {
      const room = freshRoom();
      const ann = await enter(here, room, "ann");
      const tab = await enter(here, room, "ann");
      const bob = await enter(here, room, "bob");
      await settle(ann, tab, bob);
      const payload = { some: ["thing"] };
      for (const type of relayedTypes)
        for (const each of [type, type.replaceAll("_", "-")])
          ann.send({ type: each, payload, sender_id: "mallory", room_id: "elsewhere" });
      expect(await ann.heard()).toEqual([]);
      expect(await tab.heard()).toEqual([]);
      const expected = relayedTypes
        .flatMap((type) => [type, type])
        .map((type) => ({
          type: spelled(type, here),
          payload,
          sender_id: "ann",
          room_id: room,
          timestamp: "now",
        }));
      expect(await bob.heard()).toEqual(expected);
    });

    test("a frame for one user goes to its connections and to nobody else", async () => {
      const room = freshRoom();
      const [ann, bob, tab, cid] = [
        await enter(here, room, "ann"),
        await enter(here, room, "bob"),
        await enter(here, room, "bob"),
        await enter(here, room, "cid"),
      ];
      await settle(ann, bob, tab, cid);
      const payload = { type: "offer", sdp: "v=0", target_user_id: "bob" };
      ann.send({ type: "offer", payload, timestamp: "2024-01-01T00:00:00Z" });
      expect(await ann.heard()).toEqual([]);
      const frame = {
        type: "offer",
        payload,
        sender_id: "ann",
        room_id: room,
        timestamp: "2024-01-01T00:00:00Z",
      };
      expect([await bob.heard(), await tab.heard(), await cid.heard()]).toEqual([
        [frame],
        [frame],
        [],
      ]);
    });

    test("a frame for somebody who is not there, or for oneself, is answered", async () => {
      const room = freshRoom();
      const ann = await enter(here, room, "ann");
      const bob = await enter(here, room, "bob");
      await settle(ann, bob);
      for (const target_user_id of ["cid", "ann", ""]) {
        ann.send({ type: "offer", payload: { target_user_id } });
        expect(await ann.next()).toEqual(
          errorIn(room, "TARGET_NOT_FOUND", "this user is not in the room", { target_user_id }),
        );
      }
      expect(await bob.heard()).toEqual([]);
    });
  });

  describe("a message that is none is answered, and its socket stays:", () => {
    const wrong: readonly (readonly [string, string])[] = [
      ["", "a message is a JSON object"],
      ["nonsense", "a message is a JSON object"],
      ["[]", "a message is a JSON object"],
      ["null", "a message is a JSON object"],
      ['{"type":"offer","payload":{}', "a message is a JSON object"],
      ["{}", "this type is not relayed"],
      ['{"type":7,"payload":{}}', "this type is not relayed"],
      ['{"type":"Offer","payload":{}}', "this type is not relayed"],
      ['{"type":"room_state","payload":{}}', "this type is not relayed"],
      ['{"type":"room-state","payload":{}}', "this type is not relayed"],
      ['{"type":"user_joined","payload":{}}', "this type is not relayed"],
      ['{"type":"user-left","payload":{}}', "this type is not relayed"],
      ['{"type":"error","payload":{}}', "this type is not relayed"],
      ['{"type":"offer"}', "payload must be an object"],
      ['{"type":"offer","payload":[]}', "payload must be an object"],
      ['{"type":"offer","payload":"{}"}', "payload must be an object"],
      ['{"type":"offer","payload":null}', "payload must be an object"],
      ['{"type":"offer","payload":{"target_user_id":7}}', "target_user_id must be a text"],
      ['{"type":"offer","payload":{"target_user_id":["bob"]}}', "target_user_id must be a text"],
      ['{"type":"token","payload":{}}', "token must be a text"],
      ['{"type":"token","payload":{"token":7}}', "token must be a text"],
    ];

    test.each(wrong)("%s", async (text, message) => {
      const room = freshRoom();
      const ann = await enter(addresses[0], room, "ann");
      const bob = await enter(addresses[0], room, "bob");
      await settle(ann, bob);
      ann.send(text);
      expect(await ann.next()).toEqual(errorIn(room, "INVALID_MESSAGE", message));
      ann.send({ type: "offer", payload: {} });
      expect(await bob.next()).toMatchObject({ type: "offer", sender_id: "ann" });
    });
  });

  describe("a payload passes as it is written", () => {
    test.each([
      '{"n":1.0e+2,"big":123456789012345678901234567890,"s":"\\u00e9\\/"}',
      '{ "a" :\t[ 1 , 2 ] }',
      '{"sdp":"v=0\\r\\n","sdp":"twice","target_user_id":null}',
      '{"sender_id":"mallory","type":"ice_candidate","deep":{"target_user_id":"bob"}}',
      "{}",
    ])("%s", async (payload) => {
      const room = freshRoom();
      const [ann, bob] = [
        await enter(addresses[0], room, "ann"),
        await enter(addresses[1], room, "bob"),
      ];
      await settle(ann, bob);
      ann.send(`{"timestamp":"th\\u0065n","payload":${payload},"type":"media_control"}`);
      expect(await bob.nextText()).toBe(
        `{"type":"media-control","sender_id":"ann","room_id":"${room}","timestamp":"th\\u0065n","payload":${payload}}`,
      );
    });

    test.each(["7", "null", "[]"])("a timestamp of %s is replaced", async (timestamp) => {
      const room = freshRoom();
      const [ann, bob] = [
        await enter(addresses[0], room, "ann"),
        await enter(addresses[0], room, "bob"),
      ];
      await settle(ann, bob);
      ann.send(`{"type":"offer","payload":{},"timestamp":${timestamp}}`);
      expect(await bob.next()).toMatchObject({ type: "offer", timestamp: "now" });
    });
  });
});

test("who says too much at once is told, and stays in the room", async () => {
  const env = { JWT_SECRET: secret, WEBRTC_MESSAGES_PER_SECOND: "1" };
  await using server = await ServerProcess.start([], env);
  const room = freshRoom();
  const [ann, bob] = [
    await RoomClient.open(server.url, addresses[0], room, "ann"),
    await RoomClient.open(server.url, addresses[0], room, "bob"),
  ];
  await settle(bob);
  for (let n = 0; n < 1000; n++) ann.send({ type: "reaction", payload: { n } });
  const told = [await ann.next(), await ann.next(), await ann.next(), await ann.next()];
  expect(told.at(-1)).toEqual(
    errorIn(room, "RATE_LIMIT_EXCEEDED", "too many messages: some are not relayed", {
      retry_after: 1,
    }),
  );
  for (let n = 0; n < 20; n++) expect(await bob.next()).toMatchObject({ payload: { n } });
  bob.send({ type: "answer", payload: { target_user_id: "ann" } });
  for (;;) {
    const frame = await ann.next();
    if (Bun.deepMatch({ type: "answer", sender_id: "bob" }, frame as object)) break;
    expect(frame).toEqual(told.at(-1));
  }
});
