// The tables at the end of each page of docs/protocols, and of the closes that all protocols have.

import type { CloseReason } from "../../src/core/close.ts";
import type { Description, FrameSchema } from "../../src/protocols/description.ts";
import { commonCloses } from "./asyncapi.ts";

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");

const code = (text: string): string => (text.includes("`") ? `\`\` ${text} \`\`` : `\`${text}\``);

/** The fields of a frame; with a question mark those that may be missing. */
function fieldsOf({ properties, required = [], items, const: word }: FrameSchema): string {
  if (word !== undefined) return code(JSON.stringify(word));
  if (items !== undefined && "length" in items)
    return items
      .map((item) => item.const ?? "…")
      .map(code)
      .join(", ");
  return Object.entries(properties ?? {})
    .map(([name, { const: fixed, enum: some }]) => {
      const value = fixed ?? (name === "type" ? some?.join("\\|") : undefined);
      const shown = value === undefined ? name : `${name}: ${value}`;
      return code(required.includes(name) ? shown : `${shown}?`);
    })
    .join(", ");
}

const closesTable = (closes: readonly CloseReason[]): string =>
  table(
    ["code", "reason", "come back"],
    closes.map(({ code: number, reason, retry = "never" }) => [`${number}`, code(reason), retry]),
  );

export const commonClosesTable = (): string => `${closesTable(commonCloses)}\n`;

const senders = { client: "client", server: "server", both: "both" } as const;

export function protocolTables({ page, frames, errors, closes, query }: Description): string {
  const rows = Object.values(frames).map(({ from, about, schema }) => [
    fieldsOf(schema),
    senders[from],
    about,
  ]);
  const shown = Object.entries(errors).map(([error, { message, when }]) => [
    message === undefined ? code(error) : `${code(error)}, ${code(message)}`,
    when,
  ]);
  const asked = Object.entries(query).map(([name, about]) => [code(name), about]);
  return [
    `The same for programs, in AsyncAPI 3: [${page}.asyncapi.json](${page}.asyncapi.json). A \`?\` marks what may be missing.`,
    "",
    table(["frame", "sent by", "what it is"], rows),
    "",
    table(["in the query", "what it is"], asked),
    "",
    "### Every error",
    shown.length === 0 ? "The protocol has none." : table(["error", "when"], shown),
    "",
    "### Every close",
    `Those that [all protocols have](../operating.md#close-codes)${closes.length === 0 ? "." : ", and:"}`,
    ...(closes.length === 0 ? [] : ["", closesTable(closes)]),
    "",
  ].join("\n");
}
