// The frames and closes of the y-webrtc protocol, and of trystero's ws-relay.

import {
  any,
  type Description,
  exact,
  integer,
  list,
  literal,
  open,
  text,
} from "../description.ts";
import { maxTopics } from "./options.ts";
import { badName, malformed, tooMany } from "./wire.ts";

export const description: Description = {
  page: "yjs",
  title: "Yjs",
  addresses: ["/signal", "/"],
  parameters: {},
  query: { token: "a JSON Web Token, if the server asks for one" },
  frames: {
    published: {
      from: "server",
      about: "from another client, as it was written, with `clients`: how many are in the room",
      schema: open({ type: literal("publish"), topic: text, clients: integer }),
      example:
        '{"type":"publish","topic":"my-room","data":{"type":"announce","from":"a"},"clients":2}',
    },
    relayed: {
      from: "server",
      about: "the same in a topic of trystero's",
      schema: exact({ topic: text, payload: any }),
      example: '{"topic":"my-room","payload":"hello"}',
    },
    pong: {
      from: "server",
      about: "the answer to `ping`",
      schema: exact({ type: literal("pong") }),
      example: '{"type":"pong"}',
    },
    subscribe: {
      from: "client",
      about: "joins rooms",
      schema: open({ type: literal("subscribe"), topics: list(text) }),
      example: '{"type":"subscribe","topics":["my-room"]}',
    },
    unsubscribe: {
      from: "client",
      about: "leaves rooms",
      schema: open({ type: literal("unsubscribe"), topics: list(text) }),
      example: '{"type":"unsubscribe","topics":["my-room"]}',
    },
    publish: {
      from: "client",
      about: "to those in a room; with `data.to` to the clients of that id only",
      schema: open({ type: literal("publish"), topic: text, data: any }, "data"),
      example: '{"type":"publish","topic":"my-room","data":{"type":"announce","from":"a"}}',
    },
    subscribeTopic: {
      from: "client",
      about: "joins a topic of trystero's; `unsubscribe` leaves it",
      schema: open({ type: literal("subscribe"), topic: text }),
      example: '{"type":"subscribe","topic":"my-room"}',
    },
    publishPayload: {
      from: "client",
      about: "to those in a topic of trystero's",
      schema: exact({ type: literal("publish"), topic: text, payload: any }),
      example: '{"type":"publish","topic":"my-room","payload":"hello"}',
    },
    ping: {
      from: "client",
      about: "is answered with `pong`",
      schema: open({ type: literal("ping") }),
      example: '{"type":"ping"}',
    },
  },
  errors: {},
  closes: [malformed, badName, tooMany(maxTopics.default)],
};
