// The ICE servers that the server gives: STUN for everybody, TURN for who has a token.

export interface Ice {
  readonly iceServers: readonly RTCIceServer[];
  /** Seconds until the credentials end; unset if they do not. */
  readonly iceSeconds?: number;
  readonly iceTransportPolicy?: RTCIceTransportPolicy;
}

/** ICE servers, or why there are none, as the server names it. */
export type IceAnswer = { readonly ice: Ice } | { readonly refusal: string };

/**
 * Asks the server.
 * @param token the server checks it with that
 * @returns `undefined` if the server is out of reach
 */
export async function fetchIce(token?: string): Promise<IceAnswer | undefined> {
  const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  try {
    const response = await fetch("/ice", { headers });
    const answer = await response.json();
    return response.ok ? { ice: answer } : { refusal: String(answer.detail) };
  } catch {
    return undefined;
  }
}
