// What a token allows its holder, as the core sees it.

import type { Rights } from "./rights.ts";

/** What a peer's token allows, and until when. */
export interface Pass {
  /** Milliseconds since 1970. */
  readonly until: number;
  /** What others may be allowed to reach; at most `maxRoleLength` long. */
  readonly role?: string | undefined;
  /** Unset for a holder that may do everything. */
  readonly rights?: Rights | undefined;
  mayJoin(topic: string): boolean;
}
