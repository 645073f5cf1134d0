// Closes the connections whose tokens were revoked: at once, but in slices, as there may be many of them.

import { Identity } from "../auth/identity.ts";
import { hasKey } from "../auth/options.ts";
import { Revocations } from "../auth/revocations.ts";
import { Tokens } from "../auth/tokens.ts";
import { closeReasons } from "../core/close.ts";
import type { Node } from "../core/node.ts";
import type { Peer } from "../core/peer.ts";
import type { Log } from "../observe/log.ts";
import type { Settings } from "../options/option.ts";

/** Connections that are looked at in one slice, if there is time for so many. */
const maxLooks = 4096;

/** The tokens of a node: those that are revoked end their connections. */
export function tokensOf(settings: Settings, log: Log, node: Node): Tokens {
  // Where there is no key, no token is ever good.
  if (!hasKey(settings)) return new Tokens(settings, log);
  const revocations = new Revocations(node.bus);
  const sweep = new RevocationSweep(node, (identity) => revocations.covers(identity));
  revocations.onRevoked(() => sweep.start());
  return new Tokens(settings, log, revocations);
}

class RevocationSweep {
  readonly #node: Pick<Node, "peers" | "work">;
  readonly #isRevoked: (identity: Identity) => boolean;
  #isWaiting = false;
  /** Who is left to be looked at; `undefined` if nobody is. */
  #left: Iterator<Peer> | undefined;

  constructor(node: Pick<Node, "peers" | "work">, isRevoked: (identity: Identity) => boolean) {
    this.#node = node;
    this.#isRevoked = isRevoked;
  }

  /** Looks at everybody. What is revoked meanwhile needs another call, which begins anew. */
  start(): void {
    this.#left = this.#node.peers[Symbol.iterator]();
    this.#goOn();
  }

  #goOn(): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    this.#node.work.run(this, () => {
      this.#isWaiting = false;
      this.#look();
      if (this.#left !== undefined) this.#goOn();
    });
  }

  #look(): void {
    for (let looks = 0; looks < maxLooks; looks++) {
      const next = this.#left?.next();
      if (next === undefined || next.done === true) {
        this.#left = undefined;
        return;
      }
      const { pass } = next.value;
      if (!(pass instanceof Identity) || !this.#isRevoked(pass)) continue;
      next.value.close(closeReasons.revoked);
      // What others are told of it may take longer than looking.
      if (!this.#node.work.hasTime) return;
    }
  }
}
