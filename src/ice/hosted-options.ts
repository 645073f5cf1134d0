// What an operator may set of a hosted TURN service.

import { type Check, fileWith, httpUrl, type Option, text } from "../options/option.ts";

const option = <Value>(declared: Option<Value>): Option<Value> => declared;

export const iceUrl = option<URL | undefined>({
  name: "ice-url",
  placeholder: "url",
  schema: httpUrl(),
  default: undefined,
  help: "where a hosted TURN service gives ICE servers with credentials; they are asked for again at half of their time, and served on while it is away",
  // The URL may contain a key.
  isSecret: true,
});

export const iceUrlKey = option<string | undefined>({
  name: "ice-url-key",
  placeholder: "key",
  schema: text(),
  default: undefined,
  help: "key of this service, sent as a bearer token by POST; if unset, it is asked by GET",
  isSecret: true,
});

export const hostedOptions: readonly Option<unknown>[] = [
  iceUrl,
  fileWith(iceUrl),
  iceUrlKey,
  fileWith(iceUrlKey),
];

export const hostedCheck: Check = {
  of: [iceUrl, iceUrlKey],
  problems: (settings) =>
    settings(iceUrlKey) !== undefined && settings(iceUrl) === undefined
      ? ["ICE_URL_KEY needs ICE_URL"]
      : [],
};
