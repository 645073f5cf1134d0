// The options for what of people the log may say.

import { boolean, type Option, oneOf } from "../options/option.ts";

export const logNames: Option<"hash" | "plain" | "none"> = {
  name: "log-names",
  placeholder: "style",
  schema: oneOf(["hash", "plain", "none"]),
  default: "hash",
  help: "how names of topics and ids of users are logged: hash (the same on all nodes), plain or none",
};

export const logAddresses: Option<boolean> = {
  name: "log-addresses",
  placeholder: "boolean",
  schema: boolean(),
  default: false,
  help: "log the addresses of clients; an IPv6 one by its /64 network, none of a trusted network",
};
