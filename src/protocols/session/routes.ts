// The session protocol, GET /ws: that of Synopticon, whose clients work here unchanged. A session seeks others
// by a broadcast; whoever that concerns then sends offers, answers and candidates to it alone. Who is a
// broadcaster and who a receiver is the clients' business, and so is what they say.

import { maxTopicNameBytes, type TopicName, topicName } from "../../core/ids.ts";
import type { Peer } from "../../core/peer.ts";
import type { Context, Opening, Protocol, Service } from "../protocol.ts";
import { SessionConversation } from "./conversation.ts";
import { guide } from "./guide.ts";
import { frameLimit, sessionIdleSeconds, sessionLimit } from "./options.ts";
import { Sessions } from "./sessions.ts";
import { closings, frames } from "./wire.ts";

const defaultSpace = "default";

function setUp(context: Context): Service {
  const { settings } = context;
  const sessions = new Sessions(context, settings(sessionLimit));
  return {
    patience: { silentSeconds: settings(sessionIdleSeconds), gone: closings.idle },
    routes: [
      {
        path: "/ws",
        access: "token-if-required",
        socket: ({ url }) => {
          const space = topicName(url.searchParams.get("space") || defaultSpace);
          return space === undefined ? spaceTooLong() : opening(sessions, space);
        },
      },
    ],
  };
}

/** Nobody is told that it is connected before it is known who is on other nodes. */
function opening(sessions: Sessions, space: TopicName): Opening {
  const begin = (peer: Peer): ReturnType<Opening> => {
    const member = sessions.begin(peer, space);
    if ("code" in member) return member;
    peer.send(frames.connected(member.id));
    return new SessionConversation(sessions, member);
  };
  return (peer) => {
    const known = sessions.hub.warm(space);
    return known === undefined ? begin(peer) : known.then(() => begin);
  };
}

const spaceTooLong = (): Response =>
  new Response(`the space must be at most ${maxTopicNameBytes} bytes\n`, { status: 400 });

export const session: Protocol = {
  name: "session",
  guide,
  options: [sessionLimit, sessionIdleSeconds, frameLimit.option],
  frameLimit,
  setUp,
};
