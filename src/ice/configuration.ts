// The ICE configuration that clients are told, for RTCPeerConnection as it comes.

import type { Settings } from "../options/option.ts";
import type { HostedServers } from "./hosted.ts";
import {
  bundlePolicy,
  iceTransportPolicy,
  rtcpMuxPolicy,
  stunUrls,
  turnCredential,
  turnSecret,
  turnServers,
  turnTtl,
  turnUrls,
  turnUsername,
} from "./options.ts";

/** What clients are told where the operator has set nothing. */
export const publicStun = {
  urls: ["stun:stun.l.google.com:19302", "stun:stun1.l.google.com:19302"],
};

/**
 * The servers that the operator has set.
 * @param hosted those of a hosted service, if there is one
 * @param userId whom the TURN credentials are for, should they be one's own; without a user there are none
 * @param ttl seconds that those credentials last
 */
export function iceServersOf(
  settings: Settings,
  hosted: HostedServers | undefined,
  userId: string | undefined,
  ttl = settings(turnTtl),
): readonly object[] {
  const [stun, turn] = [settings(stunUrls), settings(turnUrls)];
  const servers: object[] = [];
  if (stun.length > 0) servers.push({ urls: stun });
  if (userId === undefined) return servers;
  if (turn.length > 0) servers.push({ urls: turn, ...credentials(settings, userId, ttl) });
  for (const { url, secret } of settings(turnServers))
    servers.push({ urls: [url], ...temporary(secret, userId, ttl) });
  return [...servers, ...(hosted?.current?.servers ?? [])];
}

/** @param userId whom the TURN credentials are for, should they be one's own */
export function iceConfiguration(
  settings: Settings,
  hosted: HostedServers | undefined,
  userId: string,
): object {
  const own = iceServersOf(settings, hosted, userId);
  const servers = own.length > 0 ? own : [publicStun];
  const transport = settings(iceTransportPolicy);
  const [bundle, rtcpMux] = [settings(bundlePolicy), settings(rtcpMuxPolicy)];
  return {
    ice_servers: servers,
    ice_transport_policy: transport,
    bundle_policy: bundle,
    rtcp_mux_policy: rtcpMux,
    // The same in the browser's names.
    iceServers: servers,
    iceTransportPolicy: transport,
    bundlePolicy: bundle,
    rtcpMuxPolicy: rtcpMux,
  };
}

function credentials(settings: Settings, userId: string, ttl: number): object {
  const secret = settings(turnSecret);
  return secret === undefined
    ? { username: settings(turnUsername), credential: settings(turnCredential) }
    : temporary(secret, userId, ttl);
}

/**
 * As coturn's `use-auth-secret` wants them: draft-uberti-behave-turn-rest-00, section 2.2, whose password is the base64
 * of an HMAC-SHA1 over the user's name.
 */
function temporary(secret: string, userId: string, ttl: number): object {
  const username = `${Math.floor(Date.now() / 1000) + ttl}:${turnUser(userId)}`;
  const credential = new Bun.CryptoHasher("sha1", secret).update(username).digest("base64");
  return { username, credential, ttl };
}

/** What coturn takes for an attack on a database, and answers with 400; a name would end at a NUL. */
const isOdd = (userId: string): boolean =>
  /[ \t\r\n'"\\]/.test(userId) ||
  userId.includes("\0") ||
  (/union/i.test(userId) && /select/i.test(userId));

/** Bytes of a user's name in STUN are fewer than 509 (RFC 8489, section 14.3), 11 of them for the expiry. */
const maxUserBytes = 508 - 11;

/** The user's id; one that no TURN server or browser would take as a part of a name, in a hash. */
const turnUser = (userId: string): string =>
  isOdd(userId) || Buffer.byteLength(userId) > maxUserBytes
    ? new Bun.CryptoHasher("sha256").update(userId).digest("base64url")
    : userId;
