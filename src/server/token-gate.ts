// A protocol behind tokens that knows nothing of them: without a good one its conversations do not begin,
// and its answers are not given. Which topics a token is good for is what the core holds its peer to.

import { type Carried, carriedBy } from "../auth/carried.ts";
import { closingOf, responseOf } from "../auth/refusal.ts";
import type { Tokens } from "../auth/tokens.ts";
import type { Incoming, Mount, Opening } from "../protocols/protocol.ts";

export function guarded(mount: Mount, tokens: Tokens): Mount {
  return {
    ...mount,
    route(incoming: Incoming): ReturnType<Mount["route"]> {
      const { request, url } = incoming;
      const reply = mount.route(incoming);
      if (reply === undefined) return undefined;
      if (typeof reply === "function")
        return guardedOpening(reply, tokens, carriedBy(request, url));
      const isPublic = mount.isPublic?.(url.pathname) ?? false;
      return isPublic ? reply : guardedAnswer(reply, tokens, carriedBy(request, url));
    },
  };
}

/** A browser sees no HTTP status of an upgrade: a refusal is a Close frame. */
const guardedOpening =
  (opening: Opening, tokens: Tokens, carried: Carried): Opening =>
  async () => {
    const identity = await tokens.identify(carried);
    return (peer) => {
      if (typeof identity === "string") return closingOf(identity);
      peer.pass = identity;
      return opening(peer);
    };
  };

async function guardedAnswer(
  reply: Response | Promise<Response>,
  tokens: Tokens,
  carried: Carried,
): Promise<Response> {
  const identity = await tokens.identify(carried);
  return typeof identity === "string" ? responseOf(identity) : reply;
}
