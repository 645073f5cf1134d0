// What the start page says of this protocol.

import type { Guide } from "../protocol.ts";

export const guide: Guide = {
  title: "PeerJS",
  path: "/peerjs",
  about:
    "A drop-in for PeerServer: PeerJS clients change host and port. Ids of one's own or from here, " +
    "and a call to somebody who is not there yet waits a while.",
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
// Somewhere else, with that id:
const call = (id) => {
  const connection = peer.connect(id);
  connection.on("open", () => connection.send("hello"));
};`,
    },
  ],
};
