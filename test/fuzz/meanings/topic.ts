// The topic protocol.

import { topic } from "../../../src/protocols/topic/routes.ts";
import { FakeServer } from "../../support/fake-server.ts";
import { clientText } from "../texts.ts";
import { isObject, type Json, own, read, withMembers } from "./json.ts";
import type { Meaning, Subject } from "./scene.ts";

const errors = {
  invalid_type: "unknown message type",
  missing_target: "to field required",
  target_not_found: "peer not found",
} as const;

/** A member that must be a text; what is missing is empty, and so is null. */
function textOf(value: Json): string | undefined {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : undefined;
}

export const topicSubject: Subject = {
  name: "topic",
  texts: clientText({
    type: [
      '"offer"',
      '"answer"',
      '"ice-candidate"',
      '"offer"',
      '"ice_candidate"',
      '"OFFER"',
      "null",
    ],
    to: ['"$receiver"', '"$receiver"', '"$sender"', '"$bystander"', '"nobody"', '""', "null"],
    payload: [
      "null",
      '{"sdp":"v=0\\r\\n"}',
      "1.0",
      "1e400",
      "[[]]",
      '""',
      "-0",
      "12345678901234567890",
    ],
    msgId: ['"1"', '""', "null", '"\\u0000"', '"é"'],
  }),

  async set() {
    const server = new FakeServer([topic]);
    const [sender, receiver, bystander] = [1, 2, 3].map(() => server.open("/ws/room")) as [
      ReturnType<FakeServer["open"]>,
      ReturnType<FakeServer["open"]>,
      ReturnType<FakeServer["open"]>,
    ];
    const idOf = (client: typeof sender): string => JSON.parse(client.reads()[0]!).selfId;
    const ids = { sender: idOf(sender), receiver: idOf(receiver), bystander: idOf(bystander) };
    for (const client of [sender, receiver, bystander]) client.reads();

    const left = [{ type: "peer-left", peerId: ids.sender }];
    const notJson: Meaning = { end: 1007, heard: { receiver: left, bystander: left } };

    const meaning = (text: string): Meaning => {
      const json = read(text);
      if (json === undefined || !(json.value === null || isObject(json.value))) return notJson;
      const message = json.value ?? {};
      const [type, to, msgId] = ["type", "to", "msgId"].map((key) => textOf(own(message, key)));
      if (type === undefined || to === undefined || msgId === undefined) return notJson;
      const reference = { msgId: msgId === "" ? undefined : msgId };
      const error = (code: keyof typeof errors): Meaning => ({
        told: [withMembers({ type: "error", code, message: errors[code] }, reference)],
      });
      if (!["offer", "answer", "ice-candidate"].includes(type)) return error("invalid_type");
      if (to === "") return error("missing_target");
      const payload = own(message, "payload");
      const frame = withMembers({ type, from: ids.sender }, { payload, ...reference });
      if (to === ids.sender) return { told: [frame] };
      const name = Object.entries(ids).find(([, id]) => id === to)?.[0];
      return name === undefined ? error("target_not_found") : { heard: { [name]: [frame] } };
    };
    return { server, sender, others: { receiver, bystander }, ids, meaning };
  },
};
