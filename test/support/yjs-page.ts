// Runs in the browser: one peer with a document, as an application of Yjs has it. Tests call what it leaves
// on the global object.

import { WebrtcProvider } from "y-webrtc";
import * as Y from "yjs";

const doc = new Y.Doc();
const entries = doc.getMap<string>("entries");
const text = doc.getText("text");

/** What a document holds; equal documents give equal texts. */
const contents = (): string =>
  JSON.stringify({
    entries: Object.entries(entries.toJSON()).toSorted(([a], [b]) => (a < b ? -1 : 1)),
    text: text.toString(),
  });

Object.assign(globalThis, {
  /** Writes into the document, and meets the others of a room. @param password none where it is empty */
  join(signaling: string, room: string, name: string, password: string): void {
    entries.set(name, `written by ${name}`);
    text.insert(0, `${name};`);
    new WebrtcProvider(room, doc, {
      signaling: [signaling],
      ...(password !== "" && { password }),
      peerOpts: { config: { iceServers: [] } },
    });
  },

  write(name: string, value: string): void {
    entries.set(name, value);
  },

  /** Resolves with the document once it has what was written under these names. */
  contentsWith(...names: readonly string[]): Promise<string> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (names.every((name) => entries.has(name) && text.length > 0)) resolve(contents());
      };
      doc.on("update", look);
      look();
    });
  },
});
