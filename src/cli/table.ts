// Rows as people read them: columns of one width, numbers at the right.

type Cell = string | number | boolean | undefined;

export type TableRow = Readonly<Record<string, unknown>>;

const isCell = (value: unknown): value is Cell =>
  value === undefined || ["string", "number", "boolean"].includes(typeof value);

/** What a terminal would obey is escaped: names of topics are those of strangers. */
const shown = (value: Cell): string =>
  value === undefined
    ? ""
    : String(value).replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, (odd) => JSON.stringify(odd).slice(1, -1));

/** Values that are lists or objects are left out. */
export function table(rows: readonly TableRow[]): string {
  const cells = rows.map((row) => Object.entries(row).filter(([, value]) => isCell(value)));
  const columns = [...new Set(cells.flatMap((row) => row.map(([name]) => name)))];
  const lines = [columns, ...rows.map((row) => columns.map((name) => textOf(row[name])))];
  const widths = columns.map((_, at) => Math.max(...lines.map((line) => (line[at] ?? "").length)));
  const isNumber = columns.map((name) => rows.every((row) => typeof row[name] === "number"));
  return lines
    .map((line) =>
      line
        .map((text, at) =>
          isNumber[at] === true ? text.padStart(widths[at] ?? 0) : text.padEnd(widths[at] ?? 0),
        )
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

const textOf = (value: unknown): string => (isCell(value) ? shown(value) : "");
