// What the start page says about this protocol.

import type { Guide } from "../protocol.ts";

export const guide: Guide = {
  title: "Topics",
  path: "/ws/{topic}",
  about:
    "The native protocol, which clients of lanscape also speak: join a topic, see who is there, and send " +
    "offers, answers and candidates to one peer.",
  snippets: [
    {
      client: "Browser",
      language: "js",
      code: `const socket = new WebSocket("{ws}/ws/my-topic");
socket.onmessage = ({ data }) => {
  const message = JSON.parse(data);
  // welcome {selfId}, peer-list {peers}, peer-joined {peerId}, peer-left {peerId},
  // offer | answer | ice-candidate {from, payload}, error {code, message}
};
const send = (type, to, payload) => socket.send(JSON.stringify({ type, to, payload }));`,
    },
  ],
};
