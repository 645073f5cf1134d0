// TOML, as Bun reads it, with the lines that Bun does not tell.

/** What is wrong with a text, and where. */
export class TomlError extends Error {
  /** The first is 1. */
  readonly line: number;

  constructor(message: string, line: number) {
    super(message);
    this.line = line;
  }
}

/**
 * @returns tables and keys, as they are nested
 * @throws {TomlError}
 */
export function parseToml(text: string): object {
  try {
    return Bun.TOML.parse(text);
  } catch (thrown) {
    throw new TomlError(problemOf(thrown), lineOfProblem(text));
  }
}

/** In Bun's words, without what it quotes: that may be a secret. */
function problemOf(thrown: unknown): string {
  const message = thrown instanceof Error ? thrown.message : "";
  const words = message.replace(/^TOML Parse error: /, "").replace(/:? ?["(].*$/su, "");
  return words.replaceAll(/\p{C}/gu, " ") || "this is not TOML";
}

/** A statement that cannot be read begins after the longest beginning of the text that can be. */
const lineOfProblem = (text: string): number => beginnings(text).at(-1)?.next ?? 1;

/** A beginning of a text that can be read by itself, which ends where a statement ends. */
interface Beginning {
  /** The line on which the next statement begins. */
  readonly next: number;
  readonly parsed: object;
}

function beginnings(text: string): readonly Beginning[] {
  const lines = text.split(/\r?\n/);
  return lines.flatMap((_, index) => {
    try {
      return { next: index + 2, parsed: Bun.TOML.parse(lines.slice(0, index + 1).join("\n")) };
    } catch {
      return [];
    }
  });
}

/**
 * The lines on which tables and their keys stand, by `table` and `table.key`; on the line on which a value begins.
 * @param text can be read
 */
export function linesOf(text: string): ReadonlyMap<string, number> {
  const lines = new Map<string, number>();
  let begins = 1;
  for (const { next, parsed } of beginnings(text)) {
    for (const key of keysOf(parsed)) if (!lines.has(key)) lines.set(key, begins);
    begins = next;
  }
  return lines;
}

const keysOf = (parsed: object): readonly string[] =>
  Object.entries(parsed).flatMap(([table, value]) => [
    table,
    ...(typeof value === "object" && value !== null
      ? Object.keys(value).map((key) => `${table}.${key}`)
      : []),
  ]);

/** A value as TOML writes it. */
export const literal = (value: string | number | boolean | readonly string[]): string =>
  // JSON's texts are TOML's basic strings: the same escapes, and \u with four digits.
  JSON.stringify(value).replaceAll("\u007f", "\\u007f");
