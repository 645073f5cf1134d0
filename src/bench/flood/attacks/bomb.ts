// Members with the most metadata that the server takes join one topic, whose list each newcomer is sent. Then
// others join it again and again, and do not read their lists.

import type { Attack } from "../attack.ts";
import { times } from "../ground.ts";

const metadataBytes = 4096;

/** Of all connections, those that do not read. */
const deafShare = 150 / 1150;

/** Milliseconds that a connection stays which does not read, and that another waits if it was refused. */
const stayMs = 500;

export const bomb: Attack = {
  about: "members with 4 KiB of metadata in one topic, the last 150 do not read",
  connections: [1150],
  start(ground) {
    const deaf = Math.round(ground.connections * deafShare);
    const quoted = `%22${"a".repeat(metadataBytes - 2)}%22`;
    const path = `/ws/${ground.name}?metadata=${quoted}`;
    times(ground.connections - deaf, () => ground.keep(() => ({ path }), { pauseMs: stayMs }));
    const visit = (): void =>
      ground.keep(() => ({ path: `/ws/${ground.name}`, isDeaf: true }), { stayMs });
    ground.after(stayMs, () => times(deaf, visit));
  },
};
