// The protocol of RxDB's WebRTC replication, GET /rxdb: that of the signaling server in RxDB's own package, whose
// clients work here unchanged. A client is told its id, joins a room, is sent the list of its members whenever
// that changes, and sends offers, answers and candidates to one of them.

import * as v from "valibot";
import type { Context, Protocol, Service } from "../protocol.ts";
import { RxdbConversation, type RxdbRooms } from "./conversation.ts";
import { guide } from "./guide.ts";
import * as option from "./options.ts";
import { frames, isId, maxRoomBytes } from "./wire.ts";

function setUp({ hub, settings }: Context): Service {
  const rooms: RxdbRooms = {
    hub: hub("rxdb", {
      info: v.null(),
      isId,
      isUnicast: true,
      maxNameBytes: maxRoomBytes,
      list: {
        afterMs: settings(option.listMs),
        frame: ({ members }) => frames.joined(members.keys()),
      },
      entry: frames.entry,
      snapshot: ({ topic }) => frames.joined(topic.members.keys()),
    }),
    maxRooms: settings(option.maxRooms),
    maxRoomMembers: settings(option.maxRoomMembers),
  };
  return {
    patience: { silentSeconds: settings(option.silentSeconds) },
    routes: [
      {
        path: "/rxdb",
        access: "token-if-required",
        socket: () => (peer) => new RxdbConversation(rooms, peer),
      },
    ],
  };
}

export const rxdb: Protocol = {
  name: "rxdb",
  guide,
  options: option.options,
  frameLimit: option.frameLimit,
  setUp,
};
