// Which types of frames pass in a room beside those of signaling: WEBRTC_RELAYED_TYPES.

import { describe, expect, test } from "bun:test";
import { refusal } from "../../support/program.ts";
import {
  type Address,
  addresses,
  errorIn,
  freshRoom,
  RoomClient,
  settle,
  spelled,
} from "../../support/room-client.ts";
import { secret } from "../../support/tokens.ts";
import { describeNodes } from "../../support/two-nodes.ts";

const usual = [
  "file-share-offer",
  "file-share-accept",
  "file-share-progress",
  "quality-update",
  "role-updated",
  "hand-raise-queue",
];

const underscored = (type: string) => type.replaceAll("-", "_");

/** The types that each of two, at different addresses, hears when somebody sends these. */
async function heard(url: URL, types: readonly string[]) {
  const room = freshRoom();
  const ann = await RoomClient.open(url, addresses[0], room, "ann");
  const others: readonly (readonly [Address, RoomClient])[] = await Promise.all(
    addresses.map(async (at) => [at, await RoomClient.open(url, at, room, at.spelling)] as const),
  );
  await settle(ann, ...others.map(([, client]) => client));
  for (const type of types) ann.send({ type, payload: { n: 1 } });
  await settle(ann);
  return Promise.all(
    others.map(async ([address, client]) => ({
      address,
      types: (await client.heard()).map((frame) => Object(frame).type),
    })),
  );
}

/** What their sender reads. */
async function answers(url: URL, types: readonly string[]) {
  const room = freshRoom();
  const ann = await RoomClient.open(url, addresses[0], room, "ann");
  await settle(ann);
  for (const type of types) ann.send({ type, payload: {} });
  const read = await Promise.all(types.map(() => ann.next()));
  const refused = errorIn(room, "INVALID_MESSAGE", "this type is not relayed");
  return read.map((answer) => (Bun.deepEquals(answer, refused) ? "refused" : answer));
}

const each = (types: readonly string[]) =>
  addresses.map((address) => ({
    address,
    types: types.map((type) => spelled(underscored(type), address)),
  }));

describeNodes((start) => {
  test("the feature types of the real server's clients pass, in both spellings", async () => {
    await using server = await start([], { JWT_SECRET: secret });
    const types = usual.flatMap((type) => [type, underscored(type)]);
    expect(await heard(server.url, types)).toEqual(each(types));
    const others = ["file-share-reject", "fileshareoffer", "room-state"];
    expect(await answers(server.url, others)).toEqual(others.map(() => "refused"));
  });

  test("others pass in their place where they are named, beside those of signaling", async () => {
    const env = { JWT_SECRET: secret, WEBRTC_RELAYED_TYPES: "file-share-reject, my_Type2-x" };
    await using server = await start([], env);
    const types = ["file_share_reject", "my-Type2-x", "my_Type2_x", "offer", "hand-raise"];
    expect(await heard(server.url, types)).toEqual(each(types));
    const others = ["quality-update", "my-type2-x"];
    expect(await answers(server.url, others)).toEqual(["refused", "refused"]);
  });
});

describe("the server does not start with", () => {
  test.each(["room-state", "room_state", "user-joined", "user_left", "error", "token", "a,error"])(
    "a name of its own frames: %s",
    async (names) => {
      const { code, stderr } = await refusal(["--webrtc-relayed-types", names]);
      expect([code, stderr]).toEqual([
        2,
        expect.stringContaining(
          `--webrtc-relayed-types must name no frame of the server's own: room_state, user_joined, user_left, error or token, not "${names}"`,
        ),
      ]);
    },
  );

  test.each([" ", ",", "a,,b", "a b", 'a"', "é", "-", "x".repeat(65)])(
    "what is no name: %j",
    async (names) => {
      const { code, stderr } = await refusal(["--webrtc-relayed-types", names]);
      expect([code, stderr]).toEqual([
        2,
        expect.stringContaining(
          "--webrtc-relayed-types must be names with commas between them, each of up to 64 letters, digits, - and _",
        ),
      ]);
    },
  );
});
