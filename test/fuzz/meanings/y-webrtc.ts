// The y-webrtc protocol, and that of trystero's ws-relay at the same addresses.

import { topicName } from "../../../src/core/ids.ts";
import { yWebrtc } from "../../../src/protocols/y-webrtc/routes.ts";
import { type FakeClient, FakeServer } from "../../support/fake-server.ts";
import { clientText } from "../texts.ts";
import { isObject, type Json, type JsonObject, own, read, withMembers, written } from "./json.ts";
import type { Meaning, Subject } from "./scene.ts";

const notJson = { end: 1007 };
const badName = { end: 1008 };

const receiverId = "receiver";

/** Who is in which room, but for the sender. */
const others: ReadonlyMap<string, readonly string[]> = new Map([
  ["room", ["receiver", "bystander"]],
  ["far", ["bystander"]],
]);

const textOf = (value: Json): string => (typeof value === "string" ? value : "");

const namesIn = (value: Json): readonly string[] =>
  Array.isArray(value)
    ? value.filter((name): name is string => typeof name === "string" && name !== "")
    : [];

/** Clients that have subscribed. @param field `topics` for a room of y-webrtc, `topic` for one of trystero's */
function open(server: FakeServer, field: "topic" | "topics", names: readonly string[]): FakeClient {
  const client = server.open("/signal");
  for (const name of names)
    client.send({ type: "subscribe", [field]: field === "topics" ? [name] : name });
  return client;
}

const names = ['"room"', '"far"', '"own"', '"nowhere"', '""', "5"];

export const yWebrtcSubject: Subject = {
  name: "y-webrtc",
  texts: clientText({
    type: [
      '"publish"',
      '"publish"',
      '"publish"',
      '"subscribe"',
      '"unsubscribe"',
      '"ping"',
      '"pong"',
    ],
    topic: ['"room"', '"room"', ...names],
    topics: ['["room"]', '["own","far"]', "[]", '[null,5,"own"]', `["${"x".repeat(256)}","own"]`],
    data: [
      '{"type":"signal","to":"receiver","from":"me","signal":{"sdp":"v=0"}}',
      '{"type":"announce","from":"me"}',
      '{"to":"nobody"}',
      '{"to":"receiver"}',
      '{"to":""}',
      '["receiver"]',
      "1.0",
    ],
    clients: ["7", "null", '"many"'],
  }),

  async set() {
    const server = new FakeServer([yWebrtc]);
    const sender = open(server, "topics", ["room"]);
    const receiver = open(server, "topics", ["room"]);
    const bystander = open(server, "topics", ["room", "far"]);
    receiver.send({ type: "publish", topic: "room", data: { from: receiverId } });
    for (const client of [sender, receiver, bystander]) client.reads();
    const joined = new Set(["room"]);

    const subscribe = (topics: Json): Meaning => {
      for (const name of namesIn(topics)) {
        if (topicName(name) === undefined) return badName;
        joined.add(name);
      }
      return {};
    };

    const publish = (message: JsonObject): Meaning => {
      const name = textOf(own(message, "topic"));
      const there = others.get(name) ?? [];
      const clients = there.length + (joined.has(name) ? 1 : 0);
      const frame = withMembers(message, { clients: written(clients) });
      const data = own(message, "data");
      const to = isObject(data) ? own(data, "to") : undefined;
      // Nobody but the receiver has said who it is.
      const receivers = name === "room" && to === receiverId ? ["receiver"] : there;
      return { heard: Object.fromEntries(receivers.map((each) => [each, [frame]])) };
    };

    const meaning = (text: string): Meaning => {
      const json = read(text);
      if (json === undefined) return notJson;
      if (!isObject(json.value)) return {};
      const message = json.value;
      // Without topics it is about trystero's, where nobody else is.
      const topics = own(message, "topics");
      switch (own(message, "type")) {
        case "ping":
          return { told: [{ type: "pong" }] };
        case "subscribe":
          if (topics !== undefined) return subscribe(topics);
          return topicName(textOf(own(message, "topic"))) === undefined &&
            textOf(own(message, "topic")) !== ""
            ? badName
            : {};
        case "unsubscribe":
          if (topics !== undefined) for (const name of namesIn(topics)) joined.delete(name);
          return {};
        case "publish":
          return own(message, "topic") === undefined ? {} : publish(message);
        default:
          return {};
      }
    };
    return { server, sender, others: { receiver, bystander }, ids: {}, meaning };
  },
};

export const trysteroSubject: Subject = {
  name: "y-webrtc, trystero's relay",
  texts: clientText({
    type: ['"publish"', '"publish"', '"publish"', '"subscribe"', '"unsubscribe"', '"ping"'],
    topic: ['"room"', '"room"', ...names],
    payload: ['{"offer":"v=0\\r\\n"}', '"text"', "1.0", "null", "[1e400]"],
  }),

  async set() {
    const server = new FakeServer([yWebrtc]);
    const sender = open(server, "topic", ["room"]);
    const receiver = open(server, "topic", ["room"]);
    const bystander = open(server, "topic", ["room", "far"]);
    for (const client of [sender, receiver, bystander]) client.reads();
    const joined = new Set(["room"]);

    const meaning = (text: string): Meaning => {
      const json = read(text);
      if (json === undefined) return notJson;
      if (!isObject(json.value)) return {};
      const [type, topic, payload] = ["type", "topic", "payload"].map((key) =>
        own(json.value as JsonObject, key),
      );
      const name = textOf(topic);
      switch (type) {
        case "ping":
          return { told: [{ type: "pong" }] };
        case "subscribe":
          if (name === "") return {};
          if (topicName(name) === undefined) return badName;
          joined.add(name);
          return {};
        case "unsubscribe":
          joined.delete(name);
          return {};
        case "publish": {
          if (payload === undefined || name === "") return {};
          const frame = { topic, payload };
          const heard = Object.fromEntries((others.get(name) ?? []).map((each) => [each, [frame]]));
          return { heard, told: joined.has(name) ? [frame] : [] };
        }
        default:
          return {};
      }
    };
    return { server, sender, others: { receiver, bystander }, ids: {}, meaning };
  },
};
