// Names to start with, so that the demo works before anything is typed in:
// easy to read out loud, and unlikely to be those of a stranger.

const adjectives = [
  ...["amber", "brave", "calm", "clever", "early", "gentle", "golden", "happy", "kind", "lively"],
  ...["lucky", "merry", "mild", "nimble", "proud", "quick", "quiet", "silver", "sunny", "swift"],
];

const nouns = [
  ...["badger", "beacon", "birch", "brook", "falcon", "fern", "finch", "fox", "harbor", "hazel"],
  ...[
    "heron",
    "lantern",
    "maple",
    "meadow",
    "otter",
    "pine",
    "river",
    "robin",
    "sparrow",
    "willow",
  ],
];

/** A topic such as `quiet-otter-4821`. */
export function randomTopic(): string {
  return `${pick(adjectives)}-${pick(nouns)}-${1000 + Math.floor(Math.random() * 9000)}`;
}

/** A person's name such as `Quiet Otter`. */
export function randomName(): string {
  return `${capitalize(pick(adjectives))} ${capitalize(pick(nouns))}`;
}

/** What a peer calls itself in its metadata; the end of its id if it does not say. */
export function nameOf(id: string, metadata: unknown): string {
  const name =
    typeof metadata === "object" && metadata !== null ? Reflect.get(metadata, "name") : undefined;
  return typeof name === "string" && name.trim() !== ""
    ? name.trim().slice(0, 40)
    : `Peer ${id.slice(-4)}`;
}

function pick(words: readonly string[]): string {
  return words[Math.floor(Math.random() * words.length)] ?? "";
}

function capitalize(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
