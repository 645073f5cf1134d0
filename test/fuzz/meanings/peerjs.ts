// The PeerJS protocol.

import { peerjs } from "../../../src/protocols/peerjs/routes.ts";
import { type FakeClient, FakeServer } from "../../support/fake-server.ts";
import { clientText } from "../texts.ts";
import { isObject, type Json, own, read, withMembers } from "./json.ts";
import type { Meaning, Subject } from "./scene.ts";

const directed = ["OFFER", "ANSWER", "CANDIDATE", "LEAVE", "EXPIRE"];

/** Nobody waits for these. */
const fleeting = ["LEAVE", "EXPIRE"];

const absent = "late";

export const peerjsSubject: Subject = {
  name: "peerjs",
  texts: clientText({
    type: [...directed, "OFFER", "CANDIDATE", "HEARTBEAT", "OPEN", "offer"].map((t) => `"${t}"`),
    dst: ['"$receiver"', '"$receiver"', '"$sender"', '"$bystander"', `"${absent}"`, '""', "null"],
    src: ['"forged"', "null"],
    payload: ['{"sdp":"v=0\\r\\n"}', "1.0", "1e400", "null", "[[]]"],
  }),

  async set() {
    const server = new FakeServer([peerjs]);
    const ids = { sender: "ann", receiver: "bob", bystander: "cid" };
    const open = (id: string): FakeClient => server.open(`/peerjs?key=peerjs&id=${id}&token=t`);
    const [sender, receiver, bystander] = [open("ann"), open("bob"), open("cid")];
    for (const client of [sender, receiver, bystander]) client.reads();
    let hasGone = false;
    const waiting: Json[] = [];

    const meaning = (text: string): Meaning => {
      const json = read(text);
      if (json === undefined) return { end: 1007 };
      if (hasGone || !isObject(json.value)) return {};
      const message = json.value;
      const [type, dst] = [own(message, "type"), own(message, "dst")];
      if (typeof type !== "string" || !directed.includes(type)) return {};
      if (type === "LEAVE" && (dst === undefined || dst === null || dst === "")) {
        hasGone = true;
        return {};
      }
      if (typeof dst !== "string" || dst === "") return {};
      const frame = withMembers(
        { type, src: ids.sender, dst },
        { payload: own(message, "payload") },
      );
      if (dst === ids.sender) return { told: [frame] };
      const name = Object.entries(ids).find(([, id]) => id === dst)?.[0];
      if (name !== undefined) return { heard: { [name]: [frame] } };
      if (dst === absent && !fleeting.includes(type)) waiting.push(frame);
      return {};
    };

    /** What waited for somebody is all that was sent to it, and nothing else. */
    const finish = (): void => {
      const late = open(absent);
      const heard = late
        .reads()
        .slice(1)
        .map((text) => read(text)?.value);
      if (!Bun.deepEquals(heard, waiting, true))
        throw new Error(`${JSON.stringify(heard)} waited in place of ${JSON.stringify(waiting)}`);
      late.socket.hangUp();
    };
    return { server, sender, others: { receiver, bystander }, ids, meaning, finish };
  },
};
