// The room protocol, in both spellings.

import { jwtSecret } from "../../../src/auth/options.ts";
import { refusals } from "../../../src/auth/refusal.ts";
import type { Settings } from "../../../src/options/option.ts";
import { room } from "../../../src/protocols/room/routes.ts";
import { type FakeClient, FakeServer } from "../../support/fake-server.ts";
import { encoded, secret, sign } from "../../support/tokens.ts";
import { clientText } from "../texts.ts";
import { isObject, type Json, own, read, withMembers, written } from "./json.ts";
import { type Meaning, type Subject, settle } from "./scene.ts";

const relayed = [
  ...["offer", "answer", "ice_candidate", "media_control", "screen_share_control"],
  ...["chat_message", "hand_raise", "reaction", "network_stats"],
];

const settings: Settings = (option) =>
  option.name === jwtSecret.name ? (encoded(secret) as never) : option.default;

const users = { sender: "ann", receiver: "bob", bystander: "cid" };

/** The receiver hears types with hyphens. */
const paths = { sender: "/webrtc/ws", receiver: "/ws/webrtc", bystander: "/webrtc/ws" };

export const roomSubject: Subject = {
  name: "room",
  texts: clientText({
    type: [...relayed, "ice-candidate", "screen-share-control", "offer", "token", "room_state"].map(
      (t) => `"${t}"`,
    ),
    payload: [
      '{"target_user_id":"bob","sdp":"v=0\\r\\n"}',
      '{"target_user_id":"bob"}',
      '{"target_user_id":"ann"}',
      '{"target_user_id":"nobody","n":1.0}',
      '{"target_user_id":null,"n":[1e400,-0]}',
      '{"target_user_id":5}',
      '{"token":"none"}',
      "{}",
      "[]",
      "null",
    ],
    timestamp: ['"2026-01-01T00:00:00Z"', '"\\u0000"', "1.0", "null"],
    sender_id: ['"server"', '"forged"'],
    room_id: ['"other"'],
  }),

  async set() {
    const server = new FakeServer([room], {}, undefined, settings);
    const enter = async (name: keyof typeof users): Promise<FakeClient> => {
      const token = await sign({ sub: users[name] });
      const client = server.open(`${paths[name]}/fuzz?token=${token}`);
      while (client.reads().length === 0) await settle(server);
      return client;
    };
    const sender = await enter("sender");
    const receiver = await enter("receiver");
    const bystander = await enter("bystander");
    for (const client of [sender, receiver, bystander]) client.reads();
    const now = new Date().toISOString();

    const frame = (type: string, sender_id: string, timestamp: Json, payload: Json): Json =>
      withMembers({ type, sender_id, room_id: "fuzz" }, { timestamp, payload });
    const error = (code: string, message: string, details = {}): Meaning => ({
      told: [frame("error", "server", now, written({ code, message, details }))],
    });
    const invalid = (message: string): Meaning => error("INVALID_MESSAGE", message);

    const meaning = (text: string): Meaning => {
      const json = read(text);
      if (json === undefined || !isObject(json.value)) return invalid("a message is a JSON object");
      const message = json.value;
      const given = own(message, "type");
      const type = typeof given === "string" ? given.replaceAll("-", "_") : "";
      if (type !== "token" && !relayed.includes(type)) return invalid("this type is not relayed");
      const payload = own(message, "payload");
      if (!isObject(payload)) return invalid("payload must be an object");
      if (type === "token") {
        const token = own(payload, "token");
        return invalid(
          typeof token === "string" ? refusals.malformed.reason : "token must be a text",
        );
      }
      const target = own(payload, "target_user_id") ?? null;
      if (target !== null && typeof target !== "string")
        return invalid("target_user_id must be a text");
      const timestamp = own(message, "timestamp");
      const due = (as: string): readonly Json[] => [
        frame(as, users.sender, typeof timestamp === "string" ? timestamp : now, payload),
      ];
      const heard = { receiver: due(type.replaceAll("_", "-")), bystander: due(type) };
      switch (target) {
        case null:
          return { heard };
        case users.receiver:
          return { heard: { receiver: heard.receiver } };
        case users.bystander:
          return { heard: { bystander: heard.bystander } };
        default:
          return error("TARGET_NOT_FOUND", "this user is not in the room", {
            target_user_id: target,
          });
      }
    };
    return { server, sender, others: { receiver, bystander }, ids: {}, meaning };
  },
};
