// What the conversations of a session say to each other, from node to node too. A note begins with a letter, and
// so is never taken for a frame of a client, which is a JSON object.

import * as v from "valibot";

const id = v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/));

/** A string, or null, as JSON. */
const rawText = v.pipe(
  v.string(),
  v.check((text) => isRawText(text)),
);

function isRawText(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return value === null || typeof value === "string";
  } catch {
    return false;
  }
}

const noteSchema = v.variant("note", [
  /** A session begins, and the receiver is its producer or its consumer. `offer` is JSON. */
  v.object({
    note: v.literal("start"),
    session: id,
    from: id,
    as: v.picklist(["producer", "consumer"]),
    offer: rawText,
  }),
  /** A session has ended. `error` is JSON. */
  v.object({ note: v.literal("end"), session: id, error: rawText }),
  /** A session has ended, and the receiver's client is not told. */
  v.object({ note: v.literal("forget"), session: id }),
]);

export type Note = v.InferOutput<typeof noteSchema>;

const beginning = "note ";

export const noteText = (note: Note): string => beginning + JSON.stringify(note);

/** @returns nothing for a frame, `invalid` for a note that no node can have written */
export function noteIn(text: string): Note | "invalid" | undefined {
  if (!text.startsWith(beginning)) return undefined;
  const parsed = v.safeParse(
    v.pipe(v.string(), v.parseJson(), noteSchema),
    text.slice(beginning.length),
  );
  return parsed.success ? parsed.output : "invalid";
}
