// What the start page says about this protocol.

import type { Guide } from "../protocol.ts";

export const guide: Guide = {
  title: "PeerJS",
  path: "/peerjs",
  about:
    "A replacement for PeerServer: PeerJS clients only change host and port. A call to a peer that is not " +
    "connected yet waits for it.",
  snippets: [
    {
      client: "Browser",
      language: "js",
      code: `import { Peer } from "peerjs";

const { hostname, port, protocol } = new URL("{http}");
const secure = protocol === "https:";
const peer = new Peer({ host: hostname, port: port || (secure ? 443 : 80), secure });
peer.on("open", (id) => console.log("others reach me as", id));
peer.on("connection", (connection) => connection.on("data", console.log));
// On another page, with this id:
const call = (id) => {
  const connection = peer.connect(id);
  connection.on("open", () => connection.send("hello"));
};`,
    },
  ],
};
