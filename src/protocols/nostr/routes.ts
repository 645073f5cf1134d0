// A Nostr relay for ephemeral events, GET /nostr: what trystero's default strategy and RxDB's Nostr handler speak.
// A client subscribes to tags and publishes events to everybody who has; nothing is stored. Ids are checked, by
// SHA-256; signatures are not, as receivers check them who care.

import * as v from "valibot";
import { maxTopicNameBytes } from "../../core/ids.ts";
import { frameBytesOf } from "../frame-limit.ts";
import type { Context, Protocol, Service } from "../protocol.ts";
import { NostrConversation, type NostrRelay } from "./conversation.ts";
import { guide } from "./guide.ts";
import { frameLimit, maxEventAgeSeconds, maxSubscriptions, maxTopics } from "./options.ts";
import { maxFilterValues, maxSubscriptionIdLength } from "./wire.ts";

function setUp({ hub, settings }: Context): Service {
  const relay: NostrRelay = {
    hub: hub("nostr", { info: v.null() }),
    maxSubscriptions: settings(maxSubscriptions),
    maxTopics: settings(maxTopics),
    maxEventAgeSeconds: settings(maxEventAgeSeconds),
    maxMessageBytes: frameBytesOf(settings, frameLimit),
  };
  return {
    routes: [
      {
        path: "/nostr",
        access: "token-if-required",
        socket: () => (peer) => new NostrConversation(relay, peer),
      },
      { path: "/nostr", access: "public", get: (_visit, request) => about(relay, request) },
    ],
  };
}

/** NIP-11, for clients that ask for it. */
function about(
  { maxSubscriptions, maxEventAgeSeconds, maxMessageBytes }: NostrRelay,
  { headers }: Request,
): Response {
  if (headers.get("Accept")?.includes("application/nostr+json") !== true)
    return new Response("this is a Nostr relay for ephemeral events; use a Nostr client\n", {
      status: 426,
      headers: { Upgrade: "websocket" },
    });
  const document = {
    name: "signalbox",
    description: "A relay for signaling: ephemeral events with a tag. Nothing is stored.",
    supported_nips: [1, 11],
    software: "signalbox",
    limitation: {
      max_message_length: maxMessageBytes,
      max_subscriptions: maxSubscriptions,
      max_subid_length: maxSubscriptionIdLength,
      max_filter_values: maxFilterValues,
      max_tag_bytes: maxTopicNameBytes,
      ...(maxEventAgeSeconds > 0 && {
        created_at_lower_limit: maxEventAgeSeconds,
        created_at_upper_limit: maxEventAgeSeconds,
      }),
    },
  };
  return new Response(JSON.stringify(document), {
    headers: { "Content-Type": "application/nostr+json" },
  });
}

export const nostr: Protocol = {
  name: "nostr",
  guide,
  options: [maxSubscriptions, maxTopics, maxEventAgeSeconds, frameLimit.option],
  frameLimit,
  setUp,
};
