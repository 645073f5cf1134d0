// Every protocol that the server speaks, in the order in which people are shown them.

import { ayame } from "./ayame/routes.ts";
import { gst } from "./gst/routes.ts";
import { matchbox } from "./matchbox/routes.ts";
import { nostr } from "./nostr/routes.ts";
import { peerjs } from "./peerjs/routes.ts";
import type { Protocol } from "./protocol.ts";
import { room } from "./room/routes.ts";
import { rxdb } from "./rxdb/routes.ts";
import { session } from "./session/routes.ts";
import { topic } from "./topic/routes.ts";
import { tracker } from "./tracker/routes.ts";
import { yWebrtc } from "./y-webrtc/routes.ts";

export const protocols: readonly Protocol[] = [
  topic,
  room,
  yWebrtc,
  session,
  peerjs,
  nostr,
  tracker,
  rxdb,
  gst,
  matchbox,
  ayame,
];
