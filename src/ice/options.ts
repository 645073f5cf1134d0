// What an operator may set of STUN and TURN, under the names that the documents of the room clients have.

import * as v from "valibot";
import {
  boolean,
  type Check,
  fileWith,
  integer,
  list,
  type Option,
  oneOf,
  text,
} from "../options/option.ts";
import { hostedCheck, hostedOptions } from "./hosted-options.ts";

const option = <Value>(declared: Option<Value>): Option<Value> => declared;

/** Browsers throw at an address in which anything else stands, and then the user has no connection at all. */
const hostAndPort = /^(?:\[[\da-f:.]+\]|[^\s:/?#@;'"\\[\]]+)(?::(\d+))?$/i;

function isHostAndPort(text: string): boolean {
  const [whole, port = "3478"] = hostAndPort.exec(text) ?? [];
  return whole !== undefined && Number(port) >= 1 && Number(port) <= 65_535;
}

/** @param pattern has the host and the port in a group */
const urls = (pattern: RegExp, example: string) =>
  list(
    (url) => isHostAndPort(pattern.exec(url)?.[1] ?? ""),
    `must be addresses like ${example}, with commas between them`,
  );

export const stunUrls = option<readonly string[]>({
  name: "webrtc-stun-urls",
  isReloaded: true,
  isList: true,
  placeholder: "urls",
  schema: urls(/^stuns?:(.+)$/, "stun:stun.example.org:3478"),
  default: [],
  help: "STUN servers that clients are given, comma-separated; Google's two public ones if neither these nor TURN servers are set",
});

export const turnUrls = option<readonly string[]>({
  name: "webrtc-turn-urls",
  isReloaded: true,
  isList: true,
  placeholder: "urls",
  schema: urls(
    /^turns?:(.+?)(?:\?transport=(?:udp|tcp))?$/,
    "turn:turn.example.org:3478?transport=udp",
  ),
  default: [],
  help: "TURN servers that clients are given, comma-separated",
});

export const turnUsername = option<string | undefined>({
  name: "webrtc-turn-username",
  isReloaded: true,
  placeholder: "name",
  schema: text(),
  default: undefined,
  help: "user name for the TURN servers, the same for all clients",
});

export const turnCredential = option<string | undefined>({
  name: "webrtc-turn-credential",
  isReloaded: true,
  placeholder: "password",
  schema: text(),
  default: undefined,
  help: "password for this user name",
  isSecret: true,
});

const turnCredentialFile = fileWith(turnCredential);

export const turnSecret = option<string | undefined>({
  name: "webrtc-turn-secret",
  isReloaded: true,
  placeholder: "secret",
  schema: text(),
  default: undefined,
  help: "secret shared with the TURN servers (static-auth-secret in coturn): each client gets credentials of its own, which expire",
  isSecret: true,
});

const turnSecretFile = fileWith(turnSecret);

/** A TURN server that has a secret of its own. */
interface TurnServer {
  readonly url: string;
  readonly secret: string;
}

const turnPattern = /^turns?:(.+?)(?:\?transport=(?:udp|tcp))?$/;

export const turnServers = option<readonly TurnServer[]>({
  name: "ice-turn-servers",
  isReloaded: true,
  isList: true,
  placeholder: "servers",
  schema: v.pipe(
    list(
      (item) =>
        /^\S+ \S+$/.test(item) &&
        isHostAndPort(turnPattern.exec(item.split(" ")[0] ?? "")?.[1] ?? ""),
      "must be like turn:turn.example.org:3478 and a secret after a space, with commas between them",
    ),
    v.transform((items) =>
      items.map((item): TurnServer => {
        const [url = "", secret = ""] = item.split(" ");
        return { url, secret };
      }),
    ),
  ),
  default: [],
  help: "more TURN servers, each with a secret of its own after a space, comma-separated: credentials expire as those by WEBRTC_TURN_SECRET",
  isSecret: true,
});

const turnServersFile = fileWith(turnServers);

export const iceOpen = option({
  name: "ice-open",
  isReloaded: true,
  placeholder: "boolean",
  schema: boolean(),
  default: false,
  help: "whether clients without a token are given TURN credentials, too, for at most 10 minutes",
});

export const turnTtl = option({
  name: "webrtc-turn-ttl",
  isReloaded: true,
  placeholder: "seconds",
  schema: integer(1, 31_536_000),
  default: 3600,
  help: "lifetime of these credentials",
});

export const iceTransportPolicy = option<"all" | "relay">({
  name: "webrtc-ice-transport-policy",
  isReloaded: true,
  placeholder: "policy",
  schema: oneOf(["all", "relay"]),
  default: "all",
  help: "all, or relay to let clients connect through TURN servers only; who is given none then connects to nobody",
});

export const bundlePolicy = option<"balanced" | "max-compat" | "max-bundle">({
  name: "webrtc-bundle-policy",
  isReloaded: true,
  placeholder: "policy",
  schema: oneOf(["balanced", "max-compat", "max-bundle"]),
  default: "balanced",
  help: "balanced, max-compat or max-bundle: whether clients send all media over one transport",
});

export const rtcpMuxPolicy = option<"require" | "negotiate">({
  name: "webrtc-rtcp-mux-policy",
  isReloaded: true,
  placeholder: "policy",
  schema: oneOf(["require", "negotiate"]),
  default: "require",
  help: "require, or negotiate for clients that are old: whether RTP and RTCP share one port",
});

/** In the order in which the help shows them. */
export const options: readonly Option<unknown>[] = [
  stunUrls,
  turnUrls,
  turnUsername,
  turnCredential,
  turnCredentialFile,
  turnSecret,
  turnSecretFile,
  turnServers,
  turnServersFile,
  ...hostedOptions,
  turnTtl,
  iceOpen,
  iceTransportPolicy,
  bundlePolicy,
  rtcpMuxPolicy,
];

export const checks: readonly Check[] = [
  hostedCheck,
  {
    of: [turnUrls, turnUsername, turnCredential, turnSecret],
    problems: (settings) => {
      const hasUrls = settings(turnUrls).length > 0;
      const pair = [settings(turnUsername), settings(turnCredential)];
      const given = pair.filter((each) => each !== undefined).length;
      const hasSecret = settings(turnSecret) !== undefined;
      const ways = "WEBRTC_TURN_SECRET, or WEBRTC_TURN_USERNAME and WEBRTC_TURN_CREDENTIAL";
      // A browser takes no TURN server without a user and a password.
      if (hasUrls !== (hasSecret || given > 0) || given === 1)
        return [`WEBRTC_TURN_URLS needs ${ways}, and they need it`];
      return hasSecret && given > 0 ? [`the TURN servers take either ${ways}, not all`] : [];
    },
  },
];
