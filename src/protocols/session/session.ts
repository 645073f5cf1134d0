// The session protocol, GET /ws: that of Synopticon, whose clients work here unchanged. A session seeks
// others by a broadcast; whoever that concerns then sends offers, answers and candidates to it alone.
// Who is a broadcaster and who a receiver is the clients' business, and so is what they say.

import { maxTopicNameBytes, topicName } from "../../core/ids.ts";
import type { Node } from "../../core/node.ts";
import { integer, type Option, type Settings } from "../../options/option.ts";
import type { Guide, Mount, Protocol, ProtocolLog } from "../protocol.ts";
import { Sessions } from "./sessions.ts";
import { closings } from "./wire.ts";

const defaultSpace = "default";

function mount(node: Node, settings: Settings, log: ProtocolLog): Mount {
  const sessions = new Sessions(node, settings(sessionLimit), log);
  return {
    patience: { silentSeconds: settings(sessionIdleSeconds), gone: closings.idle },
    route: ({ url }) => {
      if (url.pathname !== "/ws") return undefined;
      const space = topicName(url.searchParams.get("space") || defaultSpace);
      return space === undefined ? spaceTooLong() : (peer) => sessions.open(peer, space);
    },
  };
}

const spaceTooLong = (): Response =>
  new Response(`the space must be at most ${maxTopicNameBytes} bytes\n`, { status: 400 });

const sessionLimit: Option<number> = {
  name: "session-limit",
  placeholder: "number",
  schema: integer(0, 10_000_000),
  default: 0,
  help: "sessions of /ws at one time, a further one is closed with 1013; 0 for no limit",
};

const sessionIdleSeconds: Option<number> = {
  name: "session-idle-seconds",
  placeholder: "seconds",
  schema: integer(2, 86_400),
  default: 300,
  help: "silence after which a session of /ws, which no ping wakes, is closed with 1000",
};

const guide: Guide = {
  title: "Sessions",
  path: "/ws",
  about:
    "The protocol of Synopticon: seek by a broadcast, then negotiate with one session. " +
    "Add ?space=name to keep broadcasts among those of one space.",
  snippets: [
    {
      client: "Browser",
      language: "js",
      code: `const socket = new WebSocket("{ws}/ws?space=my-space");
socket.onmessage = ({ data }) => {
  const message = JSON.parse(data);
  // connected {sessionId}, error {error, errorCode}, and from other sessions:
  // webrtc_seek_broadcaster, webrtc_offer | webrtc_answer {sdp}, webrtc_ice {candidate},
  // each with sourceSession: where to send the answer to
};
const send = (message) => socket.send(JSON.stringify(message));
// once connected: send({ type: "webrtc_seek_broadcaster" });
// then to one: send({ type: "webrtc_answer", targetSession: message.sourceSession, sdp });`,
    },
  ],
};

export const session: Protocol = {
  name: "session",
  guide,
  options: [sessionLimit, sessionIdleSeconds],
  mount,
};
