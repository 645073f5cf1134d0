// The protocol of Synopticon at GET /ws, whose clients work here unchanged. A session finds others by a broadcast.
// Those who answer send offers, answers and candidates to this one session. The server does not know who is a
// broadcaster and who a receiver.

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

/** A client is told that it is connected once the sessions on other nodes are known. */
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
