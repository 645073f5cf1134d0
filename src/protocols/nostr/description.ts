// The frames, errors and closes of the Nostr protocol.

import {
  type Description,
  exact,
  type FrameDescription,
  flag,
  integer,
  list,
  literal,
  open,
  text,
  tuple,
} from "../description.ts";
import { type answers, malformed } from "./wire.ts";

const event = exact({
  id: text,
  pubkey: text,
  created_at: integer,
  kind: integer,
  tags: list(list(text)),
  content: text,
  sig: text,
});

const exampleEvent = `{"id":"${"0".repeat(64)}","pubkey":"${"1".repeat(64)}","created_at":1795780800,"kind":20001,"tags":[["x","my-room"]],"content":"hello","sig":"${"2".repeat(128)}"}`;

const fromServer = {
  event: {
    from: "server",
    about: "an event that a subscription wants",
    // An event may have more members, as its sender wrote it.
    schema: tuple(literal("EVENT"), text, { ...event, additionalProperties: true }),
    example: `["EVENT","mine",${exampleEvent}]`,
  },
  endOfStored: {
    from: "server",
    about: "the subscription is there; nothing is stored",
    schema: tuple(literal("EOSE"), text),
    example: '["EOSE","mine"]',
  },
  ok: {
    from: "server",
    about: "whether an event was taken, and why not",
    schema: tuple(literal("OK"), text, flag, text),
    example: `["OK","${"0".repeat(64)}",true,""]`,
  },
  closed: {
    from: "server",
    about: "a subscription is refused, and why",
    schema: tuple(literal("CLOSED"), text, text),
    example: '["CLOSED","mine","invalid: a filter needs a tag"]',
  },
  notice: {
    from: "server",
    about: "what else was wrong",
    schema: tuple(literal("NOTICE"), text),
    example: '["NOTICE","rate-limited: slow down"]',
  },
} satisfies Readonly<Record<keyof typeof answers, FrameDescription>>;

export const description: Description = {
  page: "nostr",
  title: "Nostr",
  addresses: ["/nostr"],
  parameters: {},
  query: { token: "a JSON Web Token, if the server asks for one" },
  frames: {
    ...fromServer,
    publish: {
      from: "client",
      about: "an event of an ephemeral kind, for all whose filters fit",
      schema: tuple(literal("EVENT"), event),
      example: `["EVENT",${exampleEvent}]`,
    },
    subscribe: {
      from: "client",
      about: "subscribes under an id, with filters of which each needs a tag",
      schema: {
        type: "array",
        items: [literal("REQ"), text, open({})],
        minItems: 3,
        additionalItems: open({}),
      },
      example: '["REQ","mine",{"kinds":[20001],"#x":["my-room"]}]',
    },
    unsubscribe: {
      from: "client",
      about: "ends a subscription",
      schema: tuple(literal("CLOSE"), text),
      example: '["CLOSE","mine"]',
    },
  },
  errors: {
    "invalid:": { when: "what was sent is no event, filter or message as NIP-01 has it" },
    "blocked:": { when: "an event whose kind is not ephemeral" },
    "restricted:": { when: "[the rights](../authentication.md#rights) of the token" },
    "rate-limited:": { when: "the connection sends more than its rate allows" },
    "error:": { when: "too many subscriptions or values in filters, or no room in a topic" },
  },
  closes: [malformed],
};
