// The protocol of GStreamer's elements. A session makes most of what it says depend on what was said before, so that
// here it is held to what must be so of any frame: it is what its sender wrote, and an element can read it.

import { gst } from "../../../src/protocols/gst/routes.ts";
import { type FakeClient, FakeServer } from "../../support/fake-server.ts";
import { clientText } from "../texts.ts";
import { isObject, type Json, type JsonObject, own, read, Written } from "./json.ts";
import { type Heard, type Subject, settle } from "./scene.ts";

/** Of the server's own frames. */
const ownTypes = [
  ...["welcome", "peerStatusChanged", "list", "listConsumers", "sessionStarted", "startSession"],
  ...["endSession", "endSessionV1_1", "error"],
];

function demand(isSo: boolean, what: string, value: Json): void {
  if (!isSo) throw new Error(`${what}: ${JSON.stringify(value)}`);
}

/** Whether serde_json reads it: no number beyond a double, no half of a surrogate pair. */
function isReadable(value: Json): boolean {
  if (value instanceof Written) return Number.isFinite(Number(value.text));
  if (typeof value === "string") return value.isWellFormed();
  if (typeof value !== "object" || value === null) return true;
  return Object.entries(value).every(([key, each]) => key.isWellFormed() && isReadable(each));
}

export const gstSubject: Subject = {
  name: "gst",
  texts: clientText({
    type: [
      ...['"peer"', '"peer"', '"peer"', '"setPeerStatus"', '"setPeerStatus"', '"startSession"'],
      ...['"list"', '"listConsumers"', '"endSession"', '"endSessionV1_1"', '"setProtocolVersion"'],
    ],
    sessionId: ['"$session"', '"$session"', '"$session"', '"nothing"', "null"],
    sdp: [
      '{"type":"answer","sdp":"v=0\\r\\n"}',
      '{"type":"offer","sdp":""}',
      "null",
      '{"type":"answer"}',
    ],
    ice: ['{"candidate":"a","sdpMLineIndex":0}', '{"candidate":"","sdpMLineIndex":1.0}', "1e400"],
    roles: [
      '["listener"]',
      '["consumer"]',
      '["producer"]',
      '["producer","consumer"]',
      "[]",
      '["x"]',
    ],
    meta: ['{"name":"1.0"}', "1.0", "1e400", '"\\ud800"', "null", '{"a":[{}]}'],
    peerId: ['"$receiver"', '"$bystander"', '"$sender"', '"nobody"'],
    offer: ['"v=0"', "null", "1"],
    error: ['"gone"', "null", "5"],
    version: ['"v1_0"', '"v1_1"', '"v2"'],
  }),

  async set() {
    const server = new FakeServer([gst]);
    const [sender, receiver, bystander] = [1, 2, 3].map(() => server.open("/gst/fuzz")) as [
      FakeClient,
      FakeClient,
      FakeClient,
    ];
    const idOf = (client: FakeClient): string => JSON.parse(client.reads()[0]!).peerId;
    const ids = {
      sender: idOf(sender),
      receiver: idOf(receiver),
      bystander: idOf(bystander),
      session: "none",
    };
    receiver.send({ type: "setPeerStatus", roles: ["producer", "listener"] });
    bystander.send({ type: "setPeerStatus", roles: ["listener"] });
    sender.send({ type: "startSession", peerId: ids.receiver });
    await settle(server);
    ids.session = JSON.parse(sender.reads()[0]!).sessionId;
    for (const client of [receiver, bystander]) client.reads();

    const judge = (text: string, { told, heard, end }: Heard): void => {
      const sent = read(text)?.value;
      const all = [...told, ...Object.values(heard).flat()];
      if (!isObject(sent)) demand(all.length === 0, "what is no message was answered", all);
      demand(end === undefined, "its sender was closed", end);
      for (const value of all) demand(isReadable(value), "an element cannot read it", value);
      for (const value of told) demand(isFromServer(value), "it came back", value);
      for (const value of Object.values(heard).flat()) {
        if (!isObject(value)) throw new Error(`no object: ${JSON.stringify(value)}`);
        if (own(value, "type") === "peer")
          demand(Bun.deepEquals(value, sent, true), "it is not what was sent", value);
        if (own(value, "type") === "peerStatusChanged") checkStatus(value, sent);
      }
      demand((heard["bystander"] ?? []).every(isFromServer), "it is for others", heard);
    };

    /** What is said of its status is what it has said. */
    const checkStatus = (value: JsonObject, sent: Json): void => {
      const said = isObject(sent) ? sent : {};
      const is = [own(value, "peerId"), own(value, "meta"), own(value, "roles")];
      const roles = own(said, "roles");
      const due = [
        ids.sender,
        own(said, "meta") ?? null,
        Array.isArray(roles) && [...new Set(roles)],
      ];
      demand(Bun.deepEquals(is, due, true), "this is not its status", value);
    };
    return { server, sender, others: { receiver, bystander }, ids, judge };
  },
};

const isFromServer = (value: Json): boolean =>
  isObject(value) && ownTypes.includes(String(own(value, "type")));
