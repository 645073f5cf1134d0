// The ICE configuration that clients are told, for RTCPeerConnection as it comes.

import type { Settings } from "../options/option.ts";
import {
  bundlePolicy,
  iceTransportPolicy,
  rtcpMuxPolicy,
  stunUrls,
  turnCredential,
  turnSecret,
  turnTtl,
  turnUrls,
  turnUsername,
} from "./options.ts";

const googleStunUrls = ["stun:stun.l.google.com:19302", "stun:stun1.l.google.com:19302"];

/**
 * The servers that the operator has set.
 * @param userId whom the TURN credentials are for, should they be one's own; without a user there are none
 */
export function iceServersOf(settings: Settings, userId: string | undefined): readonly object[] {
  const [stun, turn] = [settings(stunUrls), settings(turnUrls)];
  const servers: object[] = [];
  if (stun.length > 0) servers.push({ urls: stun });
  if (turn.length > 0 && userId !== undefined)
    servers.push({ urls: turn, ...credentials(settings, userId) });
  return servers;
}

/** @param userId whom the TURN credentials are for, should they be one's own */
export function iceConfiguration(settings: Settings, userId: string): object {
  const own = iceServersOf(settings, userId);
  const servers = own.length > 0 ? own : [{ urls: googleStunUrls }];
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

/**
 * With a secret as coturn's `use-auth-secret` wants them: draft-uberti-behave-turn-rest-00, section 2.2,
 * whose password is the base64 of an HMAC-SHA1 over the user's name.
 */
function credentials(settings: Settings, userId: string): object {
  const secret = settings(turnSecret);
  if (secret === undefined)
    return { username: settings(turnUsername), credential: settings(turnCredential) };
  const ttl = settings(turnTtl);
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
