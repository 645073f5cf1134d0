// The options for webhooks: who is told of what happens, and how it knows that it is from this server.

import * as v from "valibot";
import {
  type Check,
  fileWith,
  isHttpUrl,
  list,
  type Option,
  variableOf,
} from "../options/option.ts";

export const webhookEvents = [
  "topic_opened",
  "topic_closed",
  "peer_joined",
  "peer_left",
  "refused",
] as const;

export type WebhookEvent = (typeof webhookEvents)[number];

export const webhookUrl: Option<readonly string[] | undefined> = {
  name: "webhook-url",
  isReloaded: true,
  isList: true,
  placeholder: "urls",
  schema: v.pipe(
    list(),
    v.check((given) => given.every(isHttpUrl), "must be addresses like https://…, with commas"),
  ),
  default: undefined,
  help: "addresses that are told what happens by POST, comma-separated",
  // They may contain a password.
  isSecret: true,
};

export const webhookSecret: Option<string | undefined> = {
  name: "webhook-secret",
  isReloaded: true,
  placeholder: "secret",
  schema: v.pipe(v.string(), v.minLength(16, "must be at least 16 characters long")),
  default: undefined,
  help: "secret that signs what is told (HMAC-SHA256); at least 16 characters",
  isSecret: true,
};

export const webhookEventsOption: Option<readonly string[] | undefined> = {
  name: "webhook-events",
  isReloaded: true,
  isList: true,
  placeholder: "list",
  schema: v.pipe(
    list(),
    v.check(
      (given) => given.every((each) => webhookEvents.some((event) => event === each)),
      `must be some of ${webhookEvents.join(", ")}`,
    ),
  ),
  default: undefined,
  help: `what is told, comma-separated: ${webhookEvents.join(", ")}; all of it if unset`,
};

/** In the order in which the help shows them. */
export const webhookOptions: readonly Option<unknown>[] = [
  webhookUrl,
  fileWith(webhookUrl),
  webhookSecret,
  fileWith(webhookSecret),
  webhookEventsOption,
];

export const webhookChecks: readonly Check[] = [
  {
    of: [webhookUrl, webhookSecret],
    problems: (settings) =>
      settings(webhookUrl) !== undefined && settings(webhookSecret) === undefined
        ? [`${variableOf(webhookUrl)} needs ${variableOf(webhookSecret)}`]
        : [],
  },
];
