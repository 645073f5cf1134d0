// What the start page says about this protocol.

import type { Guide } from "../protocol.ts";

export const guide: Guide = {
  title: "Rooms",
  path: "/webrtc/ws/{room_id}",
  about:
    "Rooms with tokens, a list of participants and the ICE configuration: the protocol of the Second " +
    "Brain Database. For a first try, signalbox token makes a token.",
  snippets: [
    {
      client: "Browser",
      language: "js",
      code: `// The token comes from your own server.
const token = "…";
const headers = { Authorization: \`Bearer \${token}\` };
const config = await (await fetch("{http}/webrtc/config", { headers })).json();
const connection = new RTCPeerConnection(config);
const socket = new WebSocket(\`{ws}/webrtc/ws/my-room?token=\${token}\`);
socket.onmessage = ({ data }) => {
  const { type, payload, sender_id } = JSON.parse(data);
  // room_state {participants}, user_joined | user_left {user_id, username},
  // offer | answer | ice_candidate from sender_id, error {code, message}
};
const send = (type, payload, to) =>
  socket.send(JSON.stringify({ type, payload: { ...payload, target_user_id: to } }));`,
    },
    {
      client: "Shell",
      language: "sh",
      code: `export JWT_SECRET=$(openssl rand -hex 32)
signalbox &
token=$(signalbox token --sub alice --rooms 'my-*' --ttl 1h)
curl -H "Authorization: Bearer $token" {http}/webrtc/config`,
    },
  ],
};
