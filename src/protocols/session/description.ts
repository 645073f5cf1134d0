// The frames, errors and closes of the session protocol.

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
import { closings, type frames, type SessionErrorCode, signals } from "./wire.ts";

const errors: Readonly<Record<SessionErrorCode, ErrorDescription>> = {
  MESSAGE_HANDLING_ERROR: {
    when: "no JSON object, an unknown type, a configuration or a message that is too large; the tenth closes the session",
  },
  NOT_SIGNALING: { when: "a type of the original server that is not served here" },
  TARGET_NOT_FOUND: { when: "no session has that id" },
  DROPPED: { when: "the session does not read, and its queue is full" },
  FORBIDDEN: { when: "[the rights](../authentication.md#rights) of the token" },
  TOO_FAST: { when: "the connection sends more than its rate allows: some is not relayed" },
};

const mine = { sessionId: text, timestamp: integer };

const fromServer = {
  connected: {
    from: "server",
    about: "the first frame: who the client is",
    schema: exact({
      type: literal("connected"),
      ...mine,
      capabilities: list(text),
      serverVersion: text,
    }),
    example:
      '{"type":"connected","sessionId":"ws_1","capabilities":["webrtc_signaling"],"serverVersion":"2.0.0","timestamp":1795780800000}',
  },
  configured: {
    from: "server",
    about: "the answer to `configure`",
    schema: exact(
      { type: literal("configured"), ...mine, requirements: any, settings: any },
      "requirements",
      "settings",
    ),
    example:
      '{"type":"configured","sessionId":"ws_1","requirements":{"capabilities":[]},"timestamp":1795780800000}',
  },
  pong: {
    from: "server",
    about: "the answer to `ping`",
    schema: exact(
      { type: literal("pong"), sessionId: text, clientTimestamp: any, serverTimestamp: integer },
      "clientTimestamp",
    ),
    example: '{"type":"pong","sessionId":"ws_1","serverTimestamp":1795780800000}',
  },
  status: {
    from: "server",
    about: "the answer to `status`",
    schema: exact({
      type: literal("status"),
      ...mine,
      server: open({}),
      session: exact({ id: text, messageCount: integer, errors: integer, age: integer }),
    }),
    example:
      '{"type":"status","sessionId":"ws_1","server":{},"session":{"id":"ws_1","messageCount":1,"errors":0,"age":5},"timestamp":1795780800000}',
  },
  error: {
    from: "server",
    about: "what became of a frame of the client",
    schema: exact({
      type: literal("error"),
      ...mine,
      error: text,
      errorCode: oneOf(...Object.keys(errors)),
    }),
    example:
      '{"type":"error","sessionId":"ws_1","error":"Target session not found: ws_2","errorCode":"TARGET_NOT_FOUND","timestamp":1795780800000}',
  },
} satisfies Readonly<Record<keyof typeof frames, FrameDescription>>;

const signalType = oneOf(...signals);

export const description: Description = {
  page: "sessions",
  title: "Sessions",
  addresses: ["/ws"],
  parameters: {},
  query: {
    space: "who hears a broadcast: the sessions of this space; `default` if unset",
    token: "a JSON Web Token, if the server asks for one",
  },
  frames: {
    ...fromServer,
    signal: {
      from: "server",
      about: "from another session, as it was written, with `sourceSession`",
      schema: open({ type: signalType, sourceSession: text }),
      example: '{"type":"webrtc_answer","targetSession":"ws_1","sdp":"v=0","sourceSession":"ws_2"}',
    },
    send: {
      from: "client",
      about: "to one session, or without `targetSession` to all of the space; other fields pass",
      schema: open({ type: signalType, targetSession: text }, "targetSession"),
      example: '{"type":"webrtc_answer","targetSession":"ws_2","sdp":"v=0"}',
    },
    ping: {
      from: "client",
      about: "is answered with `pong`",
      schema: open({ type: literal("ping"), timestamp: any }, "timestamp"),
      example: '{"type":"ping","timestamp":1795780800000}',
    },
    askStatus: {
      from: "client",
      about: "is answered with `status`",
      schema: open({ type: literal("status") }),
      example: '{"type":"status"}',
    },
    configure: {
      from: "client",
      about: "is kept, and answered with `configured`",
      schema: open(
        { type: literal("configure"), requirements: any, settings: any },
        "requirements",
        "settings",
      ),
      example: '{"type":"configure","settings":{"fps":30}}',
    },
  },
  errors,
  closes: Object.values(closings),
};
