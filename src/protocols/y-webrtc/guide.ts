// What the start page says about this protocol.

import type { Guide } from "../protocol.ts";

export const guide: Guide = {
  title: "Yjs",
  path: "/signal",
  about: "For Yjs with y-webrtc: name this server in the provider's options.",
  snippets: [
    {
      client: "Yjs",
      language: "js",
      code: `import { WebrtcProvider } from "y-webrtc";
import { Doc } from "yjs";

const doc = new Doc();
const provider = new WebrtcProvider("my-room", doc, { signaling: ["{ws}/signal"] });`,
    },
    {
      client: "Yjs, encrypted",
      language: "js",
      code: `import { WebrtcProvider } from "y-webrtc";
import { Doc } from "yjs";

// With a password the server sees neither addresses nor who talks to whom.
const doc = new Doc();
const provider = new WebrtcProvider("my-room", doc, {
  signaling: ["{ws}/signal"],
  password: "a secret of the room",
});`,
    },
  ],
};
