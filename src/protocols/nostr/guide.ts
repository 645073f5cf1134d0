// What the start page says of this protocol.

import type { Guide } from "../protocol.ts";

export const guide: Guide = {
  title: "Nostr",
  path: "/nostr",
  about:
    "A relay for ephemeral Nostr events: trystero in its default form needs nothing but this address, and " +
    "so does RxDB's Nostr handler.",
  snippets: [
    {
      client: "Trystero",
      language: "js",
      code: `import { joinRoom } from "trystero";

const room = joinRoom({ appId: "my-app", relayConfig: { urls: ["{ws}/nostr"] } }, "my-room");
room.onPeerJoin = (peerId) => console.log(peerId, "is here");`,
    },
  ],
};
