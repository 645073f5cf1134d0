// The descriptions of all protocols, by their names.

import { description as ayame } from "./ayame/description.ts";
import type { Description } from "./description.ts";
import { description as gst } from "./gst/description.ts";
import { description as matchbox } from "./matchbox/description.ts";
import { description as nostr } from "./nostr/description.ts";
import { description as peerjs } from "./peerjs/description.ts";
import { description as room } from "./room/description.ts";
import { description as rxdb } from "./rxdb/description.ts";
import { description as session } from "./session/description.ts";
import { description as topic } from "./topic/description.ts";
import { description as tracker } from "./tracker/description.ts";
import { description as yWebrtc } from "./y-webrtc/description.ts";

export const descriptions = {
  topic,
  room,
  "y-webrtc": yWebrtc,
  session,
  peerjs,
  nostr,
  tracker,
  rxdb,
  gst,
  matchbox,
  ayame,
} as const satisfies Readonly<Record<string, Description>>;
