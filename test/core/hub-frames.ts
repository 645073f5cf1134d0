// The frames of the hub's property test: each says what it is, which topic it is about and by whom, so
// that its reader can tell whether it should be there.

import { maxPublishedLength } from "../../src/core/limits.ts";

/** An id is `<topic>/<whatever>`. */
export const topicOf = (id: string): string => id.slice(0, id.indexOf("/"));

/** A map of members by their ids, as far as a snapshot needs it. */
interface Shown {
  keys(): Iterable<string>;
  values(): Iterable<{ readonly info: string }>;
}

export const frames = {
  joined: (id: string, info: string) => `+ ${topicOf(id)} ${id} ${info}`,
  left: (id: string) => `- ${topicOf(id)} ${id}`,
  snapshot: (topic: string, members: Shown) =>
    `= ${topic} ${[...members.keys()].join(",")} ${[...members.values()].map(({ info }) => info).join("")}`,
  relay: (from: string, serial: number, padding: string) =>
    `> ${topicOf(from)} ${from} ${serial} ${padding}`,
  broadcast: (from: string, serial: number, padding: string) =>
    `* ${topicOf(from)} ${from} ${serial} ${padding}`,
  /** To one peer, about no topic. */
  word: (serial: number, padding: string) => `! ${serial} ${padding}`,
};

/** Bytes that say nothing; in small ones half of the characters have two bytes. */
export const padding = (bytes: number): string =>
  bytes > 10_000 ? "x".repeat(bytes) : "é".repeat(bytes / 4) + "x".repeat(bytes / 2);

/** As many bytes as a frame may have that is published natively, with room for what is before them. */
export const publishedPadding = "€".repeat(maxPublishedLength - 64);

/** What a frame is about, for messages of a failing test. */
export const brief = (frame: string | undefined): string =>
  frame === undefined ? "nothing" : frame.slice(0, 60);

/** What one reader knows of its topics, from the frames that it has read and nothing else. */
export class View {
  readonly #topics = new Map<string, Set<string>>();

  /** @returns what is wrong with the frame, at this point of the conversation */
  read(frame: string): string | undefined {
    const [kind, topic = "", about = ""] = frame.split(" ", 3);
    if (kind === "!") return undefined;
    if (kind === "=") {
      this.#topics.set(topic, new Set(about.split(",")));
      return undefined;
    }
    const members = this.#topics.get(topic);
    if (members === undefined) return "is of a topic that was never shown";
    if (kind !== "+") {
      const isKnown = kind === "-" ? members.delete(about) : members.has(about);
      return isKnown ? undefined : "is about somebody who is not there";
    }
    if (members.has(about)) return "is about somebody who is there already";
    members.add(about);
    return undefined;
  }

  /** Who is in a topic. */
  members(topic: string): readonly string[] {
    return [...(this.#topics.get(topic) ?? [])].toSorted();
  }
}
