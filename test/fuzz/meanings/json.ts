// What a text says, by `JSON.parse`: the oracle of all that is read and relayed.

/** A value as it was written, so that 1.0 is not 1: each number is its own text. */
export type Json = unknown;

/** Of numbers it is their text that counts. */
export class Written {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** How a reviver is told of what was written, which the types do not know yet. */
interface Source {
  readonly source?: string;
}

const asWritten = (_key: string, value: unknown, context?: Source): unknown =>
  typeof value === "number" ? new Written(context?.source ?? "") : value;

/** @returns undefined if it is no JSON */
export function read(text: string): { readonly value: Json } | undefined {
  try {
    return { value: JSON.parse(text, asWritten as Parameters<typeof JSON.parse>[1]) };
  } catch {
    return undefined;
  }
}

/** A value that the server wrote, or must write. */
export const written = (value: unknown): Json => read(JSON.stringify(value))?.value;

export type JsonObject = Readonly<Record<string, Json>>;

export const isObject = (value: Json): value is JsonObject =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof Written);

/** A member of its own; what objects inherit is none. */
export const own = (object: JsonObject, key: string): Json =>
  Object.hasOwn(object, key) ? object[key] : undefined;

/** With the members that are there: what is undefined is left out. */
export const withMembers = (object: JsonObject, members: JsonObject): JsonObject => {
  const result: Record<string, Json> = { ...object };
  for (const [key, value] of Object.entries(members)) if (value !== undefined) result[key] = value;
  return result;
};
