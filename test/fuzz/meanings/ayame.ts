// The Ayame protocol.

import { ayame } from "../../../src/protocols/ayame/routes.ts";
import { FakeServer } from "../../support/fake-server.ts";
import { clientText } from "../texts.ts";
import { isObject, own, read } from "./json.ts";
import type { Meaning, Subject } from "./scene.ts";

/** The other one is closed, too. */
const refused: Meaning = { end: 1008, heard: { receiver: [{ type: "bye" }] } };

export const ayameSubject: Subject = {
  name: "ayame",
  texts: clientText({
    type: [
      '"offer"',
      '"answer"',
      '"candidate"',
      '"offer"',
      '"candidate"',
      '"pong"',
      '"ping"',
      '"connected"',
      '"register"',
      '"bye"',
      "null",
    ],
    roomId: ['"room"', '"own room"', '""', "1"],
    sdp: ['"v=0\\r\\n"', "1.0", "1e400", "null"],
    ice: ['{"candidate":"c"}', "[[]]", "-0"],
    standalone: ["true", "false", "null"],
  }),

  async set() {
    const server = new FakeServer([ayame]);
    const enter = (room: string) => {
      const client = server.open("/signaling");
      client.send({ type: "register", roomId: room });
      return client;
    };
    const [sender, receiver, bystander] = [enter("room"), enter("room"), enter("another")];
    for (const client of [sender, receiver, bystander]) client.reads();

    const meaning = (text: string): Meaning => {
      const json = read(text);
      if (json === undefined || !isObject(json.value)) return refused;
      switch (own(json.value, "type")) {
        case "offer":
        case "answer":
        case "candidate":
          return { heard: { receiver: [json.value] } };
        case "ping":
          return { told: [{ type: "pong" }] };
        case "pong":
        case "connected":
          return {};
        default:
          return refused;
      }
    };
    return { server, sender, others: { receiver, bystander }, ids: {}, meaning };
  },
};
