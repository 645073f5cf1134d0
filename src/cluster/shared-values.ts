// Values that all nodes see: the first one that is written under a name stays, until it expires.

import type { ClusterContext } from "./context.ts";

export class SharedValues {
  readonly #context: ClusterContext;

  constructor(context: ClusterContext) {
    this.#context = context;
  }

  /** As `Bus.firstValue` has it. */
  async first(name: string, value: string, seconds: number): Promise<string | undefined> {
    const { carrier, channels } = this.#context;
    const key = channels.shared(name);
    if (!carrier.reaches(key)) return undefined;
    // A claim by the same proof only lasts longer.
    const request = { holder: "shared", proof: value, stale: undefined, ms: seconds * 1000 };
    const claim = await carrier.keys.claim(key, request).catch(() => undefined);
    return claim?.split(" ")[1];
  }
}
