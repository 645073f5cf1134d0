// What the start page says of this protocol.

import type { Guide } from "../protocol.ts";

export const guide: Guide = {
  title: "RxDB",
  path: "/rxdb",
  about:
    "For RxDB's WebRTC replication: name this server as signalingServerUrl, and databases with the same " +
    "topic replicate.",
  snippets: [
    {
      client: "RxDB",
      language: "js",
      code: `import { getConnectionHandlerSimplePeer, replicateWebRTC } from "rxdb/plugins/replication-webrtc";

const replication = await replicateWebRTC({
  collection: database.notes,
  topic: "notes of my team",
  connectionHandlerCreator: getConnectionHandlerSimplePeer({
    signalingServerUrl: "{ws}/rxdb",
  }),
  pull: {},
  push: {},
});`,
    },
  ],
};
