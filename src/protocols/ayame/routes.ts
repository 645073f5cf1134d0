// The protocol of Ayame, GET /signaling: what its web SDK and momo speak. A client registers in a room, in which there is
// room for two; the second one makes the offer, and each passes on to the other.

import { iceServersOf } from "../../ice/configuration.ts";
import type { Context, Protocol, Service } from "../protocol.ts";
import { AyameConversation, type AyameRooms } from "./conversation.ts";
import { guide } from "./guide.ts";
import * as option from "./options.ts";
import { notes, place } from "./pair.ts";
import { Pings } from "./pings.ts";

function setUp({ hub, clock, settings, hostedIce }: Context): Service {
  const rooms: AyameRooms = {
    hub: hub("ayame", {
      info: place,
      isUnicast: true,
      joined: ({ info }) => notes.joined[info],
      left: () => notes.left,
    }),
    pings: new Pings(clock, settings(option.pingSeconds)),
    iceServers: (userId) => iceServersOf(settings, hostedIce, userId),
  };
  return {
    patience: { silentSeconds: settings(option.silentSeconds) },
    routes: [
      {
        path: "/signaling",
        access: "token-if-required",
        socket: () => (peer, identity) => new AyameConversation(rooms, peer, identity?.userId),
      },
    ],
  };
}

export const ayame: Protocol = {
  name: "ayame",
  guide,
  options: option.options,
  frameLimit: option.frameLimit,
  setUp,
};
