// The ICE servers that a client of any protocol is told, and until when it may use them.

import type { Settings } from "../options/option.ts";
import { iceServersOf, publicStun } from "./configuration.ts";
import type { HostedServers } from "./hosted.ts";
import { iceOpen, iceTransportPolicy, turnSecret, turnServers, turnTtl } from "./options.ts";

/** Seconds that the credentials of somebody without a token last at most. */
const openSeconds = 600;

export interface IceGrant {
  /** As `RTCPeerConnection` takes them. Not empty. */
  readonly iceServers: readonly object[];
  /** When the credentials end; not set if they do not. */
  readonly iceSeconds?: number;
  /** Set if media may go through TURN servers only. */
  readonly iceTransportPolicy?: "relay";
}

/**
 * @param hosted servers of a hosted service, if there is one
 * @param userId who holds a token; `undefined` for somebody without one, who is given TURN servers with `iceOpen` only
 */
export function iceGrant(
  settings: Settings,
  hosted: HostedServers | undefined,
  userId: string | undefined,
): IceGrant {
  const isOpen = userId === undefined && settings(iceOpen);
  const seconds = isOpen ? Math.min(openSeconds, settings(turnTtl)) : settings(turnTtl);
  const user = isOpen ? crypto.randomUUID() : userId;
  const own = iceServersOf(settings, hosted, user, seconds);
  const iceServers = own.length > 0 ? own : [publicStun];
  const isRelayed = settings(iceTransportPolicy) === "relay";
  const told = { iceServers, ...(isRelayed && { iceTransportPolicy: "relay" as const }) };
  const hasSecret = settings(turnSecret) !== undefined || settings(turnServers).length > 0;
  const times = [hasSecret ? seconds : undefined, hosted?.current?.seconds].filter(
    (each) => each !== undefined,
  );
  if (user === undefined || times.length === 0) return told;
  return { ...told, iceSeconds: Math.min(...times, ...(isOpen ? [openSeconds] : [])) };
}
