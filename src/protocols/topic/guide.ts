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
      client: "Our client library",
      language: "js",
      code: `import { join } from "{http}/client.js";

const room = await join("{ws}", "my-call");
const show = (peer) =>
  peer.on("track", (track, stream) => {
    document.querySelector("video").srcObject = stream;
  });
for (const peer of room.peers.values()) show(peer);
room.on("peer", show);
room.publish(await navigator.mediaDevices.getUserMedia({ audio: true, video: true }));`,
    },
    {
      client: "Browser, without a library",
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
