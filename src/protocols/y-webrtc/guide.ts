// What the start page says of this protocol.

import type { Guide } from "../protocol.ts";

export const guide: Guide = {
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
