// Every protocol that the load generator speaks. The first is the one that is driven by default, and the
// only one that the yardstick knows.

import type { Driver } from "./driver.ts";
import { peerjsDriver } from "./peerjs-driver.ts";
import { roomDriver } from "./room-driver.ts";
import { topicDriver } from "./topic-driver.ts";
import { yWebrtcDriver } from "./y-webrtc-driver.ts";

export const driverNames = ["topic", "room", "y-webrtc", "peerjs"] as const;

export type DriverName = (typeof driverNames)[number];

export const drivers: Readonly<Record<DriverName, Driver>> = {
  topic: topicDriver,
  room: roomDriver,
  "y-webrtc": yWebrtcDriver,
  peerjs: peerjsDriver,
};
