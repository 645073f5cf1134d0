// What the start page says about this protocol.

import type { Guide } from "../protocol.ts";

export const guide: Guide = {
  title: "Sessions",
  path: "/ws",
  about:
    "The protocol of Synopticon: find others by a broadcast, then negotiate with one session. " +
    "With ?space=name, broadcasts reach only the sessions of that space.",
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
