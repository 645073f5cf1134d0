// The protocol of RxDB's replication.

import { rxdb } from "../../../src/protocols/rxdb/routes.ts";
import { type FakeClient, FakeServer } from "../../support/fake-server.ts";
import { clientText } from "../texts.ts";
import { isObject, type Json, own, read } from "./json.ts";
import { type Meaning, type Subject, settle } from "./scene.ts";

const refused = { end: 1008 };
const maxRooms = 128;

const textOf = (value: Json): string => (typeof value === "string" ? value : "");

const isRoom = (name: string): boolean =>
  name.length >= 6 && name.length <= 99 && name.isWellFormed();

export const rxdbSubject: Subject = {
  name: "rxdb",
  texts: clientText({
    type: ['"signal"', '"signal"', '"signal"', '"join"', '"ping"', '"joined"'],
    room: ['"room one"', '"room two"', '"own room"', '"short"', `"${"é".repeat(100)}"`, "null"],
    senderPeerId: ['"$sender"', '"$sender"', '"$sender"', '"$sender"', '"$receiver"', "null"],
    receiverPeerId: ['"$receiver"', '"$receiver"', '"$bystander"', '"$sender"', '"nobody"', "1"],
    data: ['{"sdp":"v=0\\r\\n"}', "1.0", "1e400", "null"],
  }),

  async set() {
    const server = new FakeServer([rxdb]);
    const enter = (...rooms: readonly string[]) => {
      const client = server.open("/rxdb");
      for (const room of rooms) client.send({ type: "join", room });
      return client;
    };
    const [sender, receiver, bystander] = [
      enter("room one"),
      enter("room one"),
      enter("room two", "room one more"),
    ];
    await settle(server);
    const idOf = (client: FakeClient): string => JSON.parse(client.reads()[0]!).yourPeerId;
    const ids = { sender: idOf(sender), receiver: idOf(receiver), bystander: idOf(bystander) };
    const joined = new Set(["room one"]);
    /** Where each of them is. */
    const places = new Map([
      [ids.receiver, ["receiver", "room one"]],
      [ids.bystander, ["bystander", "room two"]],
    ] as const);

    const join = (room: string): Meaning => {
      if (!isRoom(room)) return refused;
      if (!joined.has(room) && joined.size === maxRooms) return refused;
      joined.add(room);
      return {};
    };

    const signal = (to: string, frame: Json): Meaning => {
      if (to === ids.sender) return { told: [frame] };
      const [name = "", room = ""] = places.get(to) ?? [];
      return joined.has(room) ? { heard: { [name]: [frame] } } : {};
    };

    const meaning = (text: string): Meaning => {
      const json = read(text);
      if (json === undefined || !isObject(json.value)) return refused;
      const message = json.value;
      switch (own(message, "type")) {
        case "join":
          return join(textOf(own(message, "room")));
        case "signal":
          return own(message, "senderPeerId") === ids.sender
            ? signal(textOf(own(message, "receiverPeerId")), message)
            : refused;
        case "ping":
          return {};
        default:
          return refused;
      }
    };

    /** Lists tell who comes and goes. */
    const isAside = (value: Json): boolean =>
      isObject(value) && value["type"] === "joined" && own(value, "otherPeerIds") !== undefined;
    return { server, sender, others: { receiver, bystander }, ids, meaning, isAside };
  },
};
