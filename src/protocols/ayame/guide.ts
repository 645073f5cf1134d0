// What the start page says of this protocol.

import type { Guide } from "../protocol.ts";

export const guide: Guide = {
  title: "Ayame",
  path: "/signaling",
  about:
    "For Ayame's web SDK, momo and other clients of OpenAyame: two in a room, in a call with each other.",
  snippets: [
    {
      client: "Browser",
      language: "js",
      code: `import { createConnection, defaultOptions } from "@open-ayame/ayame-web-sdk";

const connection = createConnection("{ws}/signaling", "my-room", defaultOptions);
connection.on("addstream", ({ stream }) => {
  document.querySelector("video").srcObject = stream;
});
const camera = await navigator.mediaDevices.getUserMedia({ video: true });
await connection.connect(camera);`,
    },
    {
      client: "momo",
      language: "sh",
      code: "momo ayame --signaling-url {ws}/signaling --room-id my-room",
    },
  ],
};
