// The ICE servers, for clients of every protocol: STUN for everybody, TURN for who has a token.

import { iceGrant } from "../../ice/grant.ts";
import type { HostedServers } from "../../ice/hosted.ts";
import type { Settings } from "../../options/option.ts";
import type { GetRoute } from "../../protocols/protocol.ts";

/** `GET /ice`: `{"iceServers":[…],"iceSeconds":n}`, see `IceGrant`. A token that is not good is refused. */
export const iceRoute = (settings: Settings, hosted: HostedServers | undefined): GetRoute => ({
  path: "/ice",
  access: "token-if-given",
  get: (_visit, _request, identity) => Response.json(iceGrant(settings, hosted, identity?.userId)),
});
