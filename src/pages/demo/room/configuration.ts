// The server's ICE configuration, which goes into RTCPeerConnection as it comes.

import type { Token } from "./token.ts";
import { inWords } from "./words.ts";

/** Credentials of TURN servers may say for how many seconds they are good. */
export interface Configuration extends RTCConfiguration {
  readonly iceServers?: (RTCIceServer & { readonly ttl?: number })[];
}

/** A configuration, or the reason why there is none, in words for the user. */
export type ConfigurationAnswer =
  | { readonly configuration: Configuration }
  | { readonly problem: string };

/** Asks the server, which checks the token with that. */
export async function fetchConfiguration({ text }: Token): Promise<ConfigurationAnswer> {
  const headers = { Authorization: `Bearer ${text}` };
  let answer: unknown;
  try {
    const response = await fetch("/webrtc/config", { headers });
    answer = await response.json();
    if (!response.ok) return { problem: inWords(String(Object(answer).detail)) };
  } catch {
    return { problem: "The server is out of reach." };
  }
  try {
    const configuration = Object(answer) as Configuration;
    // The browser knows best what it takes. Nothing is sent before there is an offer.
    new RTCPeerConnection(configuration).close();
    return { configuration };
  } catch (error) {
    return { problem: `This browser does not take the server's ICE configuration: ${error}` };
  }
}

/** The seconds after which there should be fresh credentials; undefined where they do not end. */
export const refreshAfter = ({ iceServers = [] }: Configuration): number | undefined => {
  const [shortest] = iceServers.flatMap(({ ttl }) => ttl ?? []).toSorted((a, b) => a - b);
  return shortest === undefined ? undefined : shortest / 2;
};
