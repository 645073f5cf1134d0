// Every protocol that the server speaks, in the order in which they are asked about a request.

import { peerjs } from "./peerjs/peerjs.ts";
import type { Protocol } from "./protocol.ts";
import { room } from "./room/room.ts";
import { session } from "./session/session.ts";
import { topic } from "./topic/topic.ts";
import { yWebrtc } from "./y-webrtc/y-webrtc.ts";

export const protocols: readonly Protocol[] = [topic, room, yWebrtc, session, peerjs];
