// Every protocol that the load generator speaks. To add one, import its driver and name it in the list. The
// first is the default, and the only one that the yardstick speaks.

import { ayameDriver } from "./ayame-driver.ts";
import type { Driver } from "./driver.ts";
import { gstDriver } from "./gst-driver.ts";
import { matchboxDriver } from "./matchbox-driver.ts";
import { nostrDriver } from "./nostr-driver.ts";
import { peerjsDriver } from "./peerjs-driver.ts";
import { roomDriver } from "./room-driver.ts";
import { rxdbDriver } from "./rxdb-driver.ts";
import { sessionDriver } from "./session-driver.ts";
import { topicDriver } from "./topic-driver.ts";
import { trackerDriver } from "./tracker-driver.ts";
import { yWebrtcDriver } from "./y-webrtc-driver.ts";

export const drivers = {
  topic: topicDriver,
  room: roomDriver,
  "y-webrtc": yWebrtcDriver,
  session: sessionDriver,
  peerjs: peerjsDriver,
  tracker: trackerDriver,
  rxdb: rxdbDriver,
  gst: gstDriver,
  nostr: nostrDriver,
  matchbox: matchboxDriver,
  ayame: ayameDriver,
} as const satisfies Readonly<Record<string, Driver>>;

export type DriverName = keyof typeof drivers;

export const driverNames: readonly DriverName[] = Object.keys(drivers).filter(isDriverName);

function isDriverName(name: string): name is DriverName {
  return name in drivers;
}
