// All sets of texts that this node shares with the others.

import type { Bus } from "../core/bus.ts";
import type { ControlHandlers } from "../core/control-handlers.ts";
import type { SharedSet } from "../core/shared-set.ts";
import type { ClusterContext } from "./context.ts";
import { KeptSet } from "./kept-set.ts";

/** How nodes are told. */
interface SetControl extends Pick<Bus, "tell"> {
  readonly handlers: ControlHandlers;
}

export class KeptSets {
  readonly #context: ClusterContext;
  readonly #control: SetControl;
  readonly #all: KeptSet[] = [];

  constructor(context: ClusterContext, control: SetControl) {
    this.#context = context;
    this.#control = control;
  }

  /** As `Bus.shared` has it. */
  open(name: string, added: () => void): SharedSet {
    const kind = `set ${name}`;
    const tell = (entries: unknown): void => this.#control.tell("all", kind, entries);
    const set = new KeptSet(this.#context, name, added, tell);
    this.#control.handlers.onOrder(kind, (told) => set.take(told));
    this.#all.push(set);
    return set;
  }

  /** Redis is reached, and this node holds its lease. */
  reached(): void {
    for (const set of this.#all) set.reached();
  }

  /** Redis, or a part of it, is out of reach. */
  unreached(): void {
    for (const set of this.#all) set.unreached();
  }

  /** Does what is due by now. Call it ten times a second. */
  step(): void {
    for (const set of this.#all) set.step();
  }
}
