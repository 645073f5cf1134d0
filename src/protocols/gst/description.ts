// The frames, errors and closes of GStreamer's protocol.

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
  textOrNull,
} from "../description.ts";
import { type frames, errors as messages } from "./wire.ts";

const [camera, viewer] = [
  "00000000-0000-4000-8000-000000000001",
  "00000000-0000-4000-8000-000000000002",
];
const session = "00000000-0000-4000-8000-000000000003";

const when: Readonly<Record<keyof typeof messages, string>> = {
  lateVersion: "a version comes after other messages",
  bothSides: "the roles are producer and consumer at once",
  noPeer: "no peer of the space has that id",
  noSides: "of the two, none is a producer, or none can consume",
  noProducer: "an offer comes with `startSession` from who is not the producer",
  noPart: "the session is not one of this peer",
  oldVersion: "an `error` from a client of version 1.0",
  tooFast: "the connection sends more than its rate allows",
  tooLarge: "then closed with 1009",
  longMeta: "`--gst-max-meta-bytes`",
  longList: "`--gst-max-list-bytes`",
  manySessions: "`--gst-max-sessions`",
  forbidden: "[the rights](../authentication.md#rights) of the token",
  noSession: "the session cannot begin",
};

const said: Readonly<Record<keyof typeof messages, string>> = {
  lateVersion: messages.lateVersion("…"),
  bothSides: messages.bothSides("…"),
  noPeer: messages.noPeer("…"),
  noSides: messages.noSides("…", [], "…", []),
  noProducer: messages.noProducer("…", "…"),
  noPart: messages.noPart("…", "…"),
  oldVersion: messages.oldVersion("…"),
  tooFast: messages.tooFast,
  tooLarge: messages.tooLarge(262_144),
  longMeta: messages.longMeta(4096),
  longList: messages.longList(1_048_576),
  manySessions: messages.manySessions(1000),
  forbidden: messages.forbidden("…"),
  noSession: messages.noSession("…"),
};

const errors = Object.fromEntries(
  Object.entries(when).map(([why, when]): [string, ErrorDescription] => [
    said[why as keyof typeof messages],
    { when },
  ]),
);

const roles = list(oneOf("producer", "listener", "consumer"));
const shown = list(exact({ id: text, meta: any }));
const start = { type: literal("startSession"), peerId: text };
const end = { type: literal("endSession"), sessionId: text };
const endV11 = { type: literal("endSessionV1_1"), sessionId: text, error: textOrNull };

const fromServer = {
  welcome: {
    from: "server",
    about: "the first frame: who the client is",
    schema: exact({ type: literal("welcome"), peerId: text }),
    example: `{"type":"welcome","peerId":"${viewer}"}`,
  },
  status: {
    from: "server",
    about: "for listeners: what another peer is now; no roles if it has gone",
    schema: exact({ type: literal("peerStatusChanged"), roles, meta: any, peerId: text }),
    example: `{"type":"peerStatusChanged","roles":["producer"],"meta":{"name":"camera"},"peerId":"${camera}"}`,
  },
  list: {
    from: "server",
    about: "all producers of the space, oldest first",
    schema: exact({ type: literal("list"), producers: shown }),
    example: `{"type":"list","producers":[{"id":"${camera}","meta":{"name":"camera"}}]}`,
  },
  listConsumers: {
    from: "server",
    about: "all who offer to consume",
    schema: exact({ type: literal("listConsumers"), consumers: shown }),
    example: '{"type":"listConsumers","consumers":[]}',
  },
  sessionStarted: {
    from: "server",
    about: "for the one that has asked for a session: it is there",
    schema: exact({ type: literal("sessionStarted"), peerId: text, sessionId: text }),
    example: `{"type":"sessionStarted","peerId":"${camera}","sessionId":"${session}"}`,
  },
  startSession: {
    from: "server",
    about: "for the other one: a session begins",
    schema: exact({ ...start, sessionId: text, offer: textOrNull }),
    example: `{"type":"startSession","peerId":"${viewer}","sessionId":"${session}","offer":null}`,
  },
  endSession: {
    from: "server",
    about: "a session is over",
    schema: exact(end),
    example: `{"type":"endSession","sessionId":"${session}"}`,
  },
  error: {
    from: "server",
    about: "what was wrong with a message",
    schema: exact({ type: literal("error"), details: text }),
    example: `{"type":"error","details":"Peer with ID '${camera}' not found"}`,
  },
} satisfies Readonly<Record<keyof typeof frames, FrameDescription>>;

const type = (word: string) => open({ type: literal(word) });

export const description: Description = {
  page: "gstreamer",
  title: "GStreamer",
  addresses: ["/gst/{space}", "/gst"],
  parameters: { space: "1 to 255 bytes, percent-encoded; `default` without one" },
  query: { token: "a JSON Web Token, if the server asks for one" },
  frames: {
    ...fromServer,
    sessionEnded: {
      from: "server",
      about: "a session is over, for clients of version 1.1: with an error or none",
      schema: exact(endV11),
      example: `{"type":"endSessionV1_1","sessionId":"${session}","error":null}`,
    },
    peer: {
      from: "both",
      about: "a description (`sdp`) or a candidate (`ice`) for the other side, as it was written",
      schema: open(
        {
          type: literal("peer"),
          sessionId: text,
          sdp: open({ type: oneOf("offer", "answer"), sdp: text }),
          ice: open({ candidate: text, sdpMLineIndex: integer }),
        },
        "sdp",
        "ice",
      ),
      example: `{"type":"peer","sessionId":"${session}","sdp":{"type":"offer","sdp":"v=0"}}`,
    },
    setProtocolVersion: {
      from: "client",
      about: "before anything else: `v1_0` or `v1_1`",
      schema: open({ type: literal("setProtocolVersion"), version: oneOf("v1_0", "v1_1") }),
      example: '{"type":"setProtocolVersion","version":"v1_1"}',
    },
    setPeerStatus: {
      from: "client",
      about: "what the client is now",
      schema: open({ type: literal("setPeerStatus"), roles, meta: any }, "meta"),
      example: '{"type":"setPeerStatus","roles":["producer"],"meta":{"name":"camera"}}',
    },
    askList: {
      from: "client",
      about: "is answered with `list`",
      schema: type("list"),
      example: '{"type":"list"}',
    },
    askListConsumers: {
      from: "client",
      about: "is answered with `listConsumers`",
      schema: type("listConsumers"),
      example: '{"type":"listConsumers"}',
    },
    askSession: {
      from: "client",
      about: "asks for a session with a peer; a producer may offer",
      schema: open({ ...start, offer: textOrNull }, "offer"),
      example: `{"type":"startSession","peerId":"${camera}"}`,
    },
    endMine: {
      from: "client",
      about: "ends a session; `endSessionV1_1` with an error",
      schema: open(end),
      example: `{"type":"endSession","sessionId":"${session}"}`,
    },
    endMineWithError: {
      from: "client",
      about: "the same in version 1.1",
      schema: open(endV11, "error"),
      example: `{"type":"endSessionV1_1","sessionId":"${session}","error":"no camera"}`,
    },
  },
  errors,
  closes: [],
};
