// The longest message of each protocol: what passes, what is closed, and what its sender is told.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { eventIn } from "../../contract/protocols/nostr.ts";
import { freshId, register } from "../../support/peerjs-client.ts";
import { RawSocket } from "../../support/raw-socket.ts";
import { addresses, freshRoom, RoomClient, settle } from "../../support/room-client.ts";
import { ServerProcess } from "../../support/server-process.ts";
import { freshSpace, openSessions } from "../../support/session-client.ts";
import { secret } from "../../support/tokens.ts";
import { freshTopic, joinTwo } from "../../support/topic-client.ts";
import { type AnyServer, describeNodes } from "../../support/two-nodes.ts";
import { freshRoom as freshYRoom, YClient } from "../../support/y-webrtc-client.ts";

const usual = 262_144;
const tooLarge = { code: 1009, reason: "message too large" };

/** Two clients, the first of which sends. */
interface Two {
  readonly sender: RawSocket;
  readonly receiver: RawSocket;
  /** A message for the second that holds this text. */
  message(text: string): string;
  /** What the sender is told of one that is too large. */
  told(maxBytes: number): readonly unknown[];
}

const room = addresses[0];

/** By their options, how two clients of each protocol meet. */
const protocols: Readonly<Record<string, (url: URL) => Promise<Two>>> = {
  topic: async (url) => {
    const [one, other] = await joinTwo(url, freshTopic());
    return {
      sender: one.socket,
      receiver: other.socket,
      message: (text) => JSON.stringify({ type: "offer", to: other.id, payload: text }),
      told: () => [],
    };
  },
  webrtc: async (url) => {
    const name = freshRoom();
    const [one, other] = [
      await RoomClient.open(url, room, name, "ann"),
      await RoomClient.open(url, room, name, "bob"),
    ];
    await settle(one, other);
    return {
      sender: one.socket,
      receiver: other.socket,
      message: (text) =>
        JSON.stringify({ type: "offer", payload: { sdp: text, target_user_id: "bob" } }),
      told: (maxBytes) => [
        expect.objectContaining({
          type: "error",
          payload: {
            code: "INVALID_MESSAGE",
            message: `a message has at most ${maxBytes} bytes`,
            details: {},
          },
        }),
      ],
    };
  },
  "y-webrtc": async (url) => {
    const name = freshYRoom();
    const [one, other] = [await YClient.open(url, [name]), await YClient.open(url, [name])];
    return {
      sender: one.socket,
      receiver: other.socket,
      message: (text) => JSON.stringify({ type: "publish", topic: name, data: text }),
      told: () => [],
    };
  },
  session: async (url) => {
    const [one, other] = await openSessions(url, 2, freshSpace());
    return {
      sender: one!.socket,
      receiver: other!.socket,
      message: (text) =>
        JSON.stringify({ type: "webrtc_offer", targetSession: other!.id, sdp: text }),
      told: (maxBytes) => [
        expect.objectContaining({
          type: "error",
          error: `Message over ${maxBytes} bytes`,
          errorCode: "MESSAGE_HANDLING_ERROR",
        }),
      ],
    };
  },
  nostr: async (url) => {
    const [sender, receiver] = [
      await RawSocket.open(url, "/nostr"),
      await RawSocket.open(url, "/nostr"),
    ];
    const tag = freshTopic();
    receiver.send(JSON.stringify(["REQ", "own", { "#x": [tag] }]));
    await receiver.next();
    const event = JSON.stringify(eventIn(tag, "")).slice(0, -1);
    return {
      sender,
      receiver,
      message: (text) => `["EVENT",${event},"payload":${JSON.stringify(text)}}]`,
      told: (maxBytes) => [["NOTICE", `invalid: message over ${maxBytes} bytes`]],
    };
  },
  peerjs: async (url) => {
    const [ann, bob] = [freshId(), freshId()];
    return {
      sender: await register(url, ann),
      receiver: await register(url, bob),
      message: (text) => JSON.stringify({ type: "OFFER", dst: bob, payload: text }),
      told: (maxBytes) => [
        { type: "ERROR", payload: { msg: `Message is larger than ${maxBytes} bytes` } },
      ],
    };
  },
};

/** A message of so many bytes. */
function padded({ message }: Two, bytes: number, filler: string): string {
  const room = bytes - Buffer.byteLength(message(""));
  const count = Math.floor(room / Buffer.byteLength(filler));
  const text = filler.repeat(count) + "x".repeat(room - count * Buffer.byteLength(filler));
  const padded = message(text);
  if (Buffer.byteLength(padded) !== bytes) throw new Error("the filler has escapes");
  return padded;
}

/** What the sender of such a message reads, and how its connection ends. */
async function refusal(two: Two, bytes: number, filler = "x") {
  two.sender.send(padded(two, bytes, filler));
  const end = await two.sender.closed;
  return { end, told: (await two.sender.rest()).map((text) => JSON.parse(text)) };
}

describeNodes((start) => {
  let server: AnyServer;

  beforeAll(async () => {
    server = await start([], { JWT_SECRET: secret });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  describe.each(Object.entries(protocols))("%s", (name, meet) => {
    const max = name === "topic" ? 65_536 : usual;

    test.each(["x", "é", "🐙"])(
      "passes a message up to its limit, in bytes of %j",
      async (filler) => {
        const two = await meet(server.url);
        for (const bytes of [1000, 67_725, 105_750, max].filter((size) => size <= max)) {
          two.sender.send(padded(two, bytes, filler));
          expect((await two.receiver.next()).length).toBeGreaterThan(bytes / 4);
        }
        two.sender.sendBinary(padded(two, max, filler));
        expect((await two.receiver.next()).length).toBeGreaterThan(max / 4);
      },
    );

    test.each(["x", "é", "🐙"])(
      "closes who sends a longer one, and says so: %j",
      async (filler) => {
        for (const bytes of [max + 1, max + 4, 2 * max]) {
          const two = await meet(server.url);
          expect(await refusal(two, bytes, filler)).toEqual({
            end: tooLarge,
            told: [...two.told(max)],
          });
        }
        const two = await meet(server.url);
        two.sender.sendBinary(padded(two, max + 1, filler));
        expect(await two.sender.closed).toEqual(tooLarge);
      },
    );

    test("closes who sends a much longer one, unread", async () => {
      const two = await meet(server.url);
      const { end } = await refusal(two, 5 * usual);
      expect(end.code).toBe(1009);
    });
  });
});

describe("the limit", () => {
  /** The limit of each protocol on a server with these settings. */
  async function limits(environment: Record<string, string>) {
    await using server = await ServerProcess.start([], { JWT_SECRET: secret, ...environment });
    const found: Record<string, number> = {};
    for (const [name, meet] of Object.entries(protocols))
      for (const bytes of [2000, 65_536, 100_000, usual]) {
        const two = await meet(server.url);
        two.sender.send(padded(two, bytes, "x"));
        // In its place the receiver may hear that the sender has left.
        const arrives = two.receiver.next().then(({ length }) => (length < 1000 ? 0 : bytes));
        const last = await Promise.race([arrives, two.sender.closed.then(() => 0)]);
        if (last === 0) break;
        found[name] = last;
      }
    return found;
  }

  test("of all protocols is that of --max-frame-bytes, topics too", async () => {
    const all = { topic: 100_000, webrtc: 100_000, "y-webrtc": 100_000, session: 100_000 };
    expect(await limits({ MAX_FRAME_BYTES: "100000" })).toEqual({
      ...all,
      nostr: 100_000,
      peerjs: 100_000,
    });
  });

  test("of one protocol is its own, below that of the others or above", async () => {
    expect(
      await limits({
        MAX_FRAME_BYTES: "65536",
        TOPIC_MAX_FRAME_BYTES: "262144",
        WEBRTC_MAX_FRAME_BYTES: "100000",
        Y_WEBRTC_MAX_FRAME_BYTES: "2000",
        SESSION_MAX_FRAME_BYTES: "65536",
      }),
    ).toEqual({
      topic: usual,
      nostr: 65_536,
      webrtc: 100_000,
      "y-webrtc": 2000,
      session: 65_536,
      peerjs: 65_536,
    });
  });
});

test("a long message waits for a peer that is not there yet, and fits into a short queue by itself", async () => {
  await using server = await ServerProcess.start([], { MAX_QUEUED_BYTES: "1024" });
  const [ann, late] = [freshId(), freshId()];
  const sender = await register(server.url, ann);
  const message = JSON.stringify({ type: "OFFER", dst: late, payload: "x".repeat(200_000) });
  sender.send(message);
  sender.send(JSON.stringify({ type: "OFFER", dst: ann, payload: "fence" }));
  expect(await sender.nextJson()).toMatchObject({ payload: "fence" });
  const receiver = await register(server.url, late);
  expect((await receiver.next()).length).toBeGreaterThan(200_000);
});
