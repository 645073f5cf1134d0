// Two participants that mind their own business, beside others with good tokens that do not.

import { expect, test } from "bun:test";
import type { RawSocket } from "../../support/raw-socket.ts";
import { addresses, freshRoom, RoomClient, settle } from "../../support/room-client.ts";
import { ServerProcess } from "../../support/server-process.ts";
import { secret, sign } from "../../support/tokens.ts";
import { canary, everyOf, ownKeys, repeat, sendAndLeave, sendNoise } from "./attacker.ts";

const here = addresses[0];
async function open(url: URL, user = "eve"): Promise<RawSocket> {
  const claims = { name: canary, sub: user };
  const { socket } = await RoomClient.open(url, here, "attacked", user, { claims });
  return socket;
}

const attacks: Readonly<Record<string, (url: URL) => Promise<unknown>>> = {
  "random bytes in frames": (url) => sendNoise(7, () => open(url)),

  "keys and values that objects have": (url) =>
    everyOf(ownKeys, (key) =>
      sendAndLeave(open(url), [
        `{"type":"${key}","payload":{}}`,
        `{"${key}":"${canary}"}`,
        `{"type":"offer","payload":{"${key}":"${canary}","target_user_id":"${key}"}}`,
        `{"type":"token","payload":{"token":"${key}","${key}":1}}`,
      ]),
    ),

  "rooms and users of such names": (url) =>
    everyOf(ownKeys, async (key) => {
      const { socket } = await RoomClient.open(url, here, key, key);
      socket.send(`{"type":"offer","payload":{"target_user_id":"${key}"}}`);
      await socket.next();
      socket.close(1000);
      await socket.gone;
    }),

  "payloads as deep as a frame can be": (url) =>
    everyOf(["[", '{"a":', '{"a":['], (piece) =>
      sendAndLeave(open(url), [
        `{"type":"offer","payload":{"a":${piece.repeat(15_000 / piece.length)}`,
        `{"type":"offer","payload":{"a":${"[".repeat(30_000)}${"]".repeat(30_000)}}}`,
      ]),
    ),

  "frames over the limit": async (url) => {
    const socket = await open(url);
    socket.send(`{"type":"offer","payload":{"${canary}":"${"x".repeat(300_000)}"}}`);
    expect(await socket.closed).toMatchObject({ code: 1009 });
  },

  "more renewals than are waited for": async (url) => {
    const socket = await open(url);
    const token = await sign({ sub: "eve" });
    const text = JSON.stringify({ type: "token", payload: { token } });
    for (let count = 0; count < 3000; count++) socket.send(text);
    socket.close(1000);
    await socket.gone;
  },

  "users that come and go": (url) =>
    repeat(100, async (index) => {
      const socket = await open(url, `eve-${index}`);
      if (index % 2 === 0) socket.destroy();
      else socket.close(1000);
      await socket.gone;
    }),
};

test.each(Object.entries(attacks))(
  "%s change nothing for others",
  async (_, attack) => {
    await using server = await ServerProcess.start([], { JWT_SECRET: secret });
    const room = freshRoom();
    const ann = await RoomClient.open(server.url, here, room, "ann");
    const bob = await RoomClient.open(server.url, here, room, "bob");
    await settle(ann, bob);
    await attack(server.url);
    ann.send({ type: "offer", payload: { target_user_id: "bob" } });
    expect(await bob.next()).toMatchObject({ type: "offer", sender_id: "ann" });
    expect([await ann.heard(), await bob.heard()]).toEqual([[], []]);
    const text = JSON.stringify(server.log);
    for (const word of [canary, "eyJ", "fault"]) expect(text).not.toContain(word);
  },
  30_000,
);
