// What a server's `/metrics` says, by the text of each series.

import type { ServerProcess } from "./server-process.ts";

/** A series and its labels, in their order: `signalbox_ready`, `signalbox_connections{protocol="topic"}`. */
export type Scrape = ReadonlyMap<string, number>;

/** @throws {Error} for an answer that is no scrape */
export async function scrape({ operators }: Pick<ServerProcess, "operators">): Promise<Scrape> {
  const response = await fetch(new URL("/metrics", operators));
  if (response.status !== 200) throw new Error(`/metrics: ${await response.text()}`);
  return read(await response.text());
}

export const read = (text: string): Scrape =>
  new Map(
    text
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"))
      .map((line) => {
        const at = line.lastIndexOf(" ");
        return [line.slice(0, at), Number(line.slice(at + 1))] as const;
      }),
  );

/** How much each series has grown. Series that have not are left out. */
export const growth = (before: Scrape, after: Scrape): Readonly<Record<string, number>> =>
  Object.fromEntries(
    [...after]
      .map(([series, value]) => [series, value - (before.get(series) ?? 0)] as const)
      .filter(([, grown]) => grown !== 0),
  );
