// Nodes that speak another version: the two do not meet, and the operator is told once of each.

import type { NodeId } from "../core/ids.ts";
import { type Batch, majorVersion } from "./message.ts";

/** Where the cluster tells the operator something. */
export interface ClusterLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** Nodes that are told of; further ones are ignored in silence. */
const maxStrangers = 100;

export class Strangers {
  readonly #log: ClusterLog;
  readonly #met = new Set<NodeId>();

  constructor(log: ClusterLog) {
    this.#log = log;
  }

  met({ n: node, v: version }: Batch): void {
    if (this.#met.has(node) || this.#met.size === maxStrangers) return;
    this.#met.add(node);
    const fields = { version, own: majorVersion };
    this.#log.warn(fields, "another node speaks another version: the two do not meet");
  }
}
