// What users of Redis' access list must be allowed, as operators are told.

import { root } from "./paths.ts";

export async function documentedRights(): Promise<readonly string[]> {
  const document = await Bun.file(`${root}/src/cluster/README.md`).text();
  const [, line = ""] = /^(Redis 6\.2 or later.+)$/m.exec(document) ?? [];
  return [...line.matchAll(/\+[a-z]+/g)].map(([right]) => right);
}
