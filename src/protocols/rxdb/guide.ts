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
      code: `import { createRxDatabase } from "rxdb";
import { getConnectionHandlerSimplePeer, replicateWebRTC } from "rxdb/plugins/replication-webrtc";
import { getRxStorageMemory } from "rxdb/plugins/storage-memory";

const database = await createRxDatabase({ name: "mine", storage: getRxStorageMemory() });
const schema = {
  version: 0,
  type: "object",
  primaryKey: "id",
  properties: { id: { type: "string", maxLength: 50 } },
};
const { notes } = await database.addCollections({ notes: { schema } });
const replication = await replicateWebRTC({
  collection: notes,
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
