// The frames, errors and closes of the topic protocol.

import {
  any,
  type Description,
  type ErrorDescription,
  exact,
  type FrameDescription,
  flag,
  integer,
  list,
  literal,
  oneOf,
  open,
  text,
} from "../description.ts";
import { resumedElsewhere } from "./stay.ts";
import { type frames, malformed, errors as messages, type TopicErrorCode } from "./wire.ts";

const signalTypes = oneOf("offer", "answer", "ice-candidate");

const ice = {
  iceServers: list(open({ urls: any })),
  iceSeconds: integer,
  iceTransportPolicy: literal("relay"),
};

const fromServer = {
  welcome: {
    from: "server",
    about:
      "the first frame: who the client is; with `?resume=` how it can come back; with `?ice=true` ICE servers",
    schema: exact(
      {
        type: literal("welcome"),
        selfId: text,
        resume: text,
        resumeSeconds: integer,
        resumed: flag,
        missed: flag,
        ...ice,
      },
      ...["resume", "resumeSeconds", "resumed", "missed"],
      ...["iceServers", "iceSeconds", "iceTransportPolicy"],
    ),
    example: '{"type":"welcome","selfId":"01JFXYZ0000000000000000000"}',
  },
  peerList: {
    from: "server",
    about: "everybody else in the topic; after `welcome`, and after frames were missed",
    schema: exact({
      type: literal("peer-list"),
      peers: list(exact({ id: text, metadata: any }, "metadata")),
    }),
    example:
      '{"type":"peer-list","peers":[{"id":"01JFABC0000000000000000000","metadata":{"name":"Ann"}}]}',
  },
  joined: {
    from: "server",
    about: "somebody has come",
    schema: exact({ type: literal("peer-joined"), peerId: text, metadata: any }, "metadata"),
    example: '{"type":"peer-joined","peerId":"01JFABC0000000000000000000"}',
  },
  left: {
    from: "server",
    about: "somebody has gone",
    schema: exact({ type: literal("peer-left"), peerId: text }),
    example: '{"type":"peer-left","peerId":"01JFABC0000000000000000000"}',
  },
  signal: {
    from: "server",
    about: "from another peer; the payload is as it was written",
    schema: exact({ type: signalTypes, from: text, payload: any, msgId: text }, "payload", "msgId"),
    example: '{"type":"offer","from":"01JFABC0000000000000000000","payload":{"sdp":"v=0"}}',
  },
  ice: {
    from: "server",
    about: "fresh ICE servers, with `?ice=true`",
    schema: exact({ type: literal("ice"), ...ice }, "iceTransportPolicy"),
    example: '{"type":"ice","iceServers":[{"urls":"stun:stun.example"}],"iceSeconds":3600}',
  },
  error: {
    from: "server",
    about: "what became of a frame of the client",
    schema: exact(
      { type: literal("error"), code: oneOf(...Object.keys(messages)), message: text, msgId: text },
      "msgId",
    ),
    example: '{"type":"error","code":"target_not_found","message":"peer not found"}',
  },
} satisfies Readonly<Record<keyof typeof frames, FrameDescription>>;

const when: Readonly<Record<TopicErrorCode, string>> = {
  invalid_type: "the type is none of the three",
  missing_target: "`to` is missing or empty",
  target_not_found: "nobody of that id is in this topic",
  dropped: "the peer does not read, and its queue is full",
  forbidden: "[the rights](../authentication.md#rights) of the token",
  too_fast: "the connection sends more than its rate allows: this frame was not relayed",
};

const errors = Object.fromEntries(
  Object.entries(messages).map(([code, message]): [string, ErrorDescription] => [
    code,
    { message, when: when[code as TopicErrorCode] },
  ]),
);

export const description: Description = {
  page: "topics",
  title: "Topics",
  addresses: ["/ws/{topic}"],
  parameters: { topic: "1 to 255 bytes, percent-encoded" },
  query: {
    metadata: "JSON of at most 4 KiB that the others are shown",
    resume: "`new`, or the token of the last `welcome`",
    received: "frames received in all in this membership",
    ice: "`true` for ICE servers",
    token: "a JSON Web Token, if the server asks for one",
  },
  frames: {
    ...fromServer,
    send: {
      from: "client",
      about: "to one peer",
      schema: open({ type: signalTypes, to: text, payload: any, msgId: text }, "payload", "msgId"),
      example:
        '{"type":"offer","to":"01JFABC0000000000000000000","payload":{"sdp":"v=0"},"msgId":"1"}',
    },
  },
  errors,
  closes: [malformed, resumedElsewhere],
};
