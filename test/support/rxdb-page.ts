// Runs in the browser: one database of RxDB, whose notes replicate with those of others. Tests call what it
// leaves on the global object.

import { createRxDatabase, type RxCollection } from "rxdb";
import { getConnectionHandlerSimplePeer, replicateWebRTC } from "rxdb/plugins/replication-webrtc";
import { getRxStorageMemory } from "rxdb/plugins/storage-memory";

interface Note {
  readonly id: string;
  readonly text: string;
}

const schema = {
  version: 0,
  primaryKey: "id",
  type: "object",
  properties: { id: { type: "string", maxLength: 100 }, text: { type: "string" } },
  required: ["id", "text"],
} as const;

let notes: RxCollection<Note>;

Object.assign(globalThis, {
  /** Writes a note, and begins to replicate with the others of a topic. */
  async replicate(signalingServerUrl: string, topic: string, name: string): Promise<void> {
    const database = await createRxDatabase({ name, storage: getRxStorageMemory() });
    ({ notes } = await database.addCollections({ notes: { schema } }));
    await notes.insert({ id: name, text: `written by ${name}` });
    await replicateWebRTC({
      collection: notes,
      topic,
      connectionHandlerCreator: getConnectionHandlerSimplePeer({
        signalingServerUrl,
        config: { iceServers: [] },
      }),
      pull: {},
      push: {},
    });
  },

  async write(id: string, text: string): Promise<void> {
    await notes.insert({ id, text });
  },

  /** Resolves with all notes once those with these ids are there. */
  notesWith(...ids: readonly string[]): Promise<string> {
    return new Promise((resolve) => {
      notes.find().$.subscribe((found) => {
        const texts = Object.fromEntries(found.map((note) => [note.id, note.text]));
        if (ids.every((id) => id in texts)) resolve(JSON.stringify(texts));
      });
    });
  },
});
