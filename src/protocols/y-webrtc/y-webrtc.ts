// The y-webrtc protocol, GET /signal and an upgrade at /: what Yjs clients with y-webrtc speak, where a
// socket subscribes to rooms and publishes to everybody in one. Trystero's ws-relay speaks on the same
// socket, in topics of its own.

import { Hub } from "../../core/hub.ts";
import type { Node } from "../../core/node.ts";
import type { Peer } from "../../core/peer.ts";
import type { Settings } from "../../options/option.ts";
import type { Conversation, Guide, Incoming, Mount, Protocol } from "../protocol.ts";
import { type Service, YWebrtcConversation } from "./conversation.ts";
import { directed, maxTopics, status } from "./options.ts";

function mount(node: Node, settings: Settings): Mount {
  const service: Service = {
    rooms: new Hub(node, "y-webrtc", {}),
    relays: new Hub(node, "y-webrtc-relay", {}),
    isDirected: settings(directed),
    maxTopics: settings(maxTopics),
    connections: 0,
  };
  const showsStatus = settings(status);
  const opening = (peer: Peer): Conversation => new YWebrtcConversation(service, peer);
  return {
    isPublic: (path) => path === "/signal",
    route: ({ url, isUpgrade }: Incoming) => {
      switch (url.pathname) {
        case "/signal":
          return isUpgrade ? opening : new Response("okay");
        case "/":
          return isUpgrade ? opening : undefined;
        case "/api/signaling/status":
          return showsStatus ? Response.json(statusOf(service)) : undefined;
        default:
          return undefined;
      }
    },
  };
}

function statusOf({ rooms, connections }: Service): object {
  const sizes = Array.from(rooms.topics, ({ name, members }) => [name, members.size]);
  return {
    status: "ok",
    connections,
    topics: sizes.length,
    topic_sizes: Object.fromEntries(sizes),
  };
}

const guide: Guide = {
  title: "Yjs",
  path: "/signal",
  about:
    "For Yjs with y-webrtc: name this server in the provider's options. Trystero's ws-relay works at the " +
    "same address.",
  snippets: [
    {
      client: "Yjs",
      language: "js",
      code: `import { WebrtcProvider } from "y-webrtc";

const provider = new WebrtcProvider("my-room", doc, { signaling: ["{ws}/signal"] });`,
    },
    {
      client: "Yjs, encrypted",
      language: "js",
      code: `// With a password the server sees neither addresses nor who talks to whom.
const provider = new WebrtcProvider("my-room", doc, {
  signaling: ["{ws}/signal"],
  password: "a secret of the room",
});`,
    },
    {
      client: "Trystero",
      language: "js",
      code: `import { joinRoom } from "@trystero-p2p/ws-relay";

const room = joinRoom({ appId: "my-app", relayConfig: { urls: ["{ws}/signal"] } }, "my-room");`,
    },
  ],
};

export const yWebrtc: Protocol = {
  name: "y-webrtc",
  guide,
  options: [directed, maxTopics, status],
  mount,
};
