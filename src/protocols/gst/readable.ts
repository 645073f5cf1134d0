// Which JSON GStreamer's elements can read: they use serde_json, which takes less than JSON.parse. An element that
// is sent anything else stops its pipeline, so that a frame or a meta that it cannot read must not reach it.

/** serde_json gives up at 128 objects and arrays within each other. */
const maxDepth = 127;

/** So many objects and arrays are around a meta in the frames that show it. */
const depthAroundMeta = 3;

/** A number may be beyond a double, or an escape may be half of a surrogate pair: to be looked at. */
const doubtful = /\\u|\d[eE]\+?\d{3}|\d{200}/;

/** Fewer opening brackets than this, within strings too, cannot be nested too deep. */
const opening = /[[{]/g;

/** @param text a whole frame, which is JSON */
export const isReadable = (text: string): boolean => isReadableWithin(text, maxDepth);

/** @param text JSON that stands within frames */
export const isReadableMeta = (text: string): boolean =>
  isReadableWithin(text, maxDepth - depthAroundMeta);

function isReadableWithin(text: string, depth: number): boolean {
  const isPlain = !doubtful.test(text) && (text.match(opening)?.length ?? 0) <= depth;
  return isPlain || isReadableValue(JSON.parse(text), depth);
}

function isReadableValue(value: unknown, depth: number): boolean {
  if (typeof value === "string") return value.isWellFormed();
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object" || value === null) return true;
  if (depth === 0) return false;
  return Object.entries(value).every(
    ([key, each]) => key.isWellFormed() && isReadableValue(each, depth - 1),
  );
}
