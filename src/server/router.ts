// Every protocol at its paths, with what its connections share.

import type { Tokens } from "../auth/tokens.ts";
import type { Node } from "../core/node.ts";
import { describeFault } from "../observe/fault.ts";
import type { Log } from "../observe/log.ts";
import type { Settings } from "../options/option.ts";
import type { Mount, Protocol } from "../protocols/protocol.ts";
import { protocols } from "../protocols/protocols.ts";
import type { Entrance } from "./connection.ts";
import { patienceOf } from "./options.ts";
import { guarded } from "./token-gate.ts";
import { wantsTokens } from "./token-gate-options.ts";

export interface Mounted extends Mount {
  readonly entrance: Entrance;
}

/** In the order in which they are asked for a request. */
export const mountAll = (
  node: Node,
  settings: Settings,
  log: Log,
  tokens: Tokens,
): readonly Mounted[] =>
  protocols.map(({ name, mount }: Protocol) => {
    const own = log.child({ protocol: name });
    const mounted = mount(node, settings, own, tokens);
    const entrance: Entrance = {
      protocol: name,
      patience: patienceOf(settings, mounted.patience),
      limits: node.limits,
      fault: (thrown) => own.error(describeFault(thrown), "fault in a conversation"),
    };
    const isGuarded = wantsTokens(settings, name);
    return { ...(isGuarded ? guarded(mounted, tokens) : mounted), entrance };
  });
