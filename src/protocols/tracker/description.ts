// The frames, errors and closes of the protocol of WebTorrent trackers.

import {
  any,
  type Description,
  type ErrorDescription,
  exact,
  type FrameDescription,
  integer,
  list,
  literal,
  oneOf,
  open,
  text,
} from "../description.ts";
import { type frames, reasons } from "./frames.ts";

const when: Readonly<Record<keyof typeof reasons, string>> = {
  notJson: "the message is none",
  swarm: "`info_hash` is no text of 20 bytes",
  peer: "`peer_id` is no text of 20 bytes, or an answer comes from who is not in the swarm",
  to: "an answer is for nobody",
  event: "`event` is none that the protocol has",
  offers: "`offers` is no list of objects with an `offer`",
  scrape: "a scrape names no swarm, or more",
  taken: "another connection has announced the `peer_id`",
  full: "the swarm has `--max-topic-members`",
  crowded: "the server has `--max-topics`",
  forbidden: "[the rights](../authentication.md#rights) of the token",
  tooFast: "the connection sends more than its rate allows",
};

const errors = Object.fromEntries(
  Object.entries(when).map(([why, when]): [string, ErrorDescription] => [
    reasons[why as keyof typeof reasons],
    { when },
  ]),
);

const member = { peer_id: text, info_hash: text };
const announce = { action: literal("announce") };
const counts = { complete: integer, incomplete: integer };
const failed = exact(
  { action: oneOf("announce", "scrape"), "failure reason": text, info_hash: any },
  "info_hash",
);

const swarm = "aaaaaaaaaaaaaaaaaaaa";
const [ann, bob] = ["bbbbbbbbbbbbbbbbbbbb", "cccccccccccccccccccc"];

/** `failed`, `tooFast` and `tooLarge` are one. */
type Sent = Exclude<keyof typeof frames, "tooFast" | "tooLarge">;

const fromServer = {
  announced: {
    from: "server",
    about: "the answer to an announce: how many there are, and when to announce again, in seconds",
    schema: exact({ ...announce, ...counts, interval: integer, info_hash: text }),
    example: `{"complete":1,"incomplete":2,"action":"announce","interval":120,"info_hash":"${swarm}"}`,
  },
  offer: {
    from: "server",
    about: "an offer of another member, as it was written",
    schema: exact({ ...announce, ...member, offer: any, offer_id: any }, "offer_id"),
    example: `{"action":"announce","offer":{"type":"offer","sdp":"v=0"},"offer_id":"1","peer_id":"${ann}","info_hash":"${swarm}"}`,
  },
  answer: {
    from: "server",
    about: "the answer to an offer, as it was written",
    schema: exact({ ...announce, ...member, answer: any, offer_id: any }, "offer_id"),
    example: `{"action":"announce","answer":{"type":"answer","sdp":"v=0"},"offer_id":"1","peer_id":"${bob}","info_hash":"${swarm}"}`,
  },
  scraped: {
    from: "server",
    about: "the answer to a scrape",
    schema: exact({
      action: literal("scrape"),
      files: {
        type: "object",
        additionalProperties: exact({ ...counts, downloaded: integer }),
      },
      flags: exact({ min_request_interval: integer }),
    }),
    example: `{"action":"scrape","files":{"${swarm}":{"complete":1,"incomplete":2,"downloaded":1}},"flags":{"min_request_interval":120}}`,
  },
  failed: {
    from: "server",
    about: "what was wrong with a message",
    schema: failed,
    example: '{"action":"announce","failure reason":"invalid info_hash"}',
  },
} satisfies Readonly<Record<Sent, FrameDescription>>;

export const description: Description = {
  page: "webtorrent",
  title: "WebTorrent tracker",
  addresses: ["/tracker", "/announce"],
  parameters: {},
  query: { token: "a JSON Web Token, if the server asks for one" },
  frames: {
    ...fromServer,
    announce: {
      from: "client",
      about:
        "is in the swarm, with offers for others; `event` is `started`, `completed`, `stopped` or none",
      schema: open(
        {
          ...announce,
          ...member,
          offers: list(open({ offer: any, offer_id: any }, "offer_id")),
          event: text,
          left: any,
        },
        ...["offers", "event", "left"],
      ),
      example: `{"action":"announce","info_hash":"${swarm}","peer_id":"${ann}","event":"started","offers":[{"offer":{"type":"offer","sdp":"v=0"},"offer_id":"1"}]}`,
    },
    sendAnswer: {
      from: "client",
      about: "answers the offer of another member",
      schema: open(
        { ...announce, ...member, to_peer_id: text, answer: any, offer_id: any },
        "offer_id",
      ),
      example: `{"action":"announce","info_hash":"${swarm}","peer_id":"${bob}","to_peer_id":"${ann}","answer":{"type":"answer","sdp":"v=0"},"offer_id":"1"}`,
    },
    scrape: {
      from: "client",
      about: "asks how many are in swarms: `info_hash` is one, or a list",
      schema: open({ action: literal("scrape"), info_hash: { type: ["string", "array"] } }),
      example: `{"action":"scrape","info_hash":["${swarm}"]}`,
    },
  },
  errors,
  closes: [],
};
