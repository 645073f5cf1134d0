// What the start page says of this protocol.

import type { Guide } from "../protocol.ts";

export const guide: Guide = {
  title: "WebTorrent tracker",
  path: "/tracker",
  about:
    "For WebTorrent, p2p-media-loader and Trystero's torrent strategy: name this server as their tracker. " +
    "/announce is the same.",
  snippets: [
    {
      client: "WebTorrent",
      language: "js",
      code: `import WebTorrent from "webtorrent/dist/webtorrent.min.js";

const client = new WebTorrent();
const file = new File(["hello"], "hello.txt");
client.seed(file, { announce: ["{ws}/tracker"] }, ({ magnetURI }) => {
  // Somewhere else: client.add(magnetURI, { announce: ["{ws}/tracker"] });
  console.log(magnetURI);
});`,
    },
    {
      client: "Trystero",
      language: "js",
      code: `import { joinRoom } from "@trystero-p2p/torrent";

const room = joinRoom({ appId: "my-app", relayConfig: { urls: ["{ws}/tracker"] } }, "my-room");
room.onPeerJoin = (peerId) => console.log("hello", peerId);`,
    },
    {
      client: "p2p-media-loader",
      language: "js",
      code: `import Hls from "hls.js";
import { HlsJsP2PEngine } from "p2p-media-loader-hlsjs";

const HlsWithP2P = HlsJsP2PEngine.injectMixin(Hls);
const hls = new HlsWithP2P({ p2p: { core: { announceTrackers: ["{ws}/tracker"] } } });`,
    },
  ],
};
