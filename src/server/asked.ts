// What a request asks for, from where, and whose turn it is: read once, before it waits for that.

import type { Visit } from "../protocols/protocol.ts";
import { urlOf } from "./http/request.ts";
import { keyOf, type TurnKey } from "./turn-key.ts";

export interface Asked extends Omit<Visit, "params"> {
  /** Of the connection: a proxy's, if there is one. */
  readonly remoteAddress: string;
  readonly key: TurnKey;
}

/** @param address as `ClientAddresses.of` has it */
export function askedBy(
  request: Request,
  remoteAddress: string,
  address: string | undefined,
): Asked {
  const url = urlOf(request);
  return { url, address, remoteAddress, key: keyOf(url, address) };
}
