// A server with some clients of one protocol, and what each must read because of what one of them sends.

import type fc from "fast-check";
import type { FakeClient, FakeServer } from "../../support/fake-server.ts";
import type { Json } from "./json.ts";

/** What comes of a text. */
export interface Meaning {
  /** What the sender reads; nothing by default, as for the others. */
  readonly told?: readonly Json[];
  /** What the others read, by their names. */
  readonly heard?: Readonly<Record<string, readonly Json[]>>;
  /** More comes, to somebody by chance: only the first texts that the sender reads are compared. */
  readonly isByChance?: boolean;
  /** The code with which the sender is closed. */
  readonly end?: number;
}

/** What everybody has read because of a text. */
export interface Heard {
  readonly told: readonly Json[];
  readonly heard: Readonly<Record<string, readonly Json[]>>;
  readonly end: number | undefined;
}

export interface Scene {
  readonly server: FakeServer;
  readonly sender: FakeClient;
  readonly others: Readonly<Record<string, FakeClient>>;
  /** Ids that stand in texts by these names. */
  readonly ids: Readonly<Record<string, string>>;
  /** Says what must come of a text, given those before. */
  meaning?(text: string): Meaning;
  /** In its place: throws if something must not come of it. */
  judge?(text: string, heard: Heard): void;
  /** Whether what was read is not compared. */
  isAside?(value: Json): boolean;
  /** A text that was read, as it is compared; as it is, if left out. */
  shown?(value: Json): Json;
  /** More that must be so in the end, while all are still there. */
  finish?(): void;
}

export interface Subject {
  readonly name: string;
  /** What the sender may send: mostly messages. */
  readonly texts: fc.Arbitrary<string>;
  set(): Promise<Scene>;
}

/** Lets go on what was begun. */
export async function settle(server: FakeServer): Promise<void> {
  for (let turn = 0; turn < 4; turn++) {
    server.endTick();
    await new Promise(setImmediate);
  }
  server.endTick();
}
