// What operators may ask of one node.

import type { Tokens } from "../auth/tokens.ts";
import type { Membership } from "../cluster/join.ts";
import type { Node } from "../core/node.ts";
import type { NodeCounts } from "../observe/counts.ts";
import { type ApiReply, type ApiRequest, perform } from "../operator/api/api.ts";
import { NodeAnswers } from "../operator/api/node-answers.ts";
import { readSamples } from "../operator/metrics/read.ts";
import type { Samples } from "../operator/metrics/samples.ts";
import type { Admission } from "./admission.ts";

interface NodeParts {
  readonly version: string;
  readonly node: Node;
  readonly counts: NodeCounts;
  readonly admission: Admission;
  readonly cluster: Membership | undefined;
  readonly tokens: Tokens;
}

/** Milliseconds in which the answer to whoever drains this process leaves it. */
const answerMs = 250;

export class NodeOperators {
  readonly #parts: NodeParts;
  #drain: (() => void) | undefined;

  constructor(parts: NodeParts) {
    this.#parts = parts;
    const { version, node, counts, admission } = parts;
    const isReady = () => admission.isReady;
    new NodeAnswers({ version, node, counts, isReady, drain: () => this.#drainSoon() });
  }

  /** @param drain stops this process, and is called once at most */
  onDrain(drain: () => void): void {
    this.#drain = drain;
  }

  #drainSoon(): void {
    const drain = this.#drain;
    this.#drain = undefined;
    if (drain !== undefined) setTimeout(drain, answerMs);
  }

  /** Answers a request of the admin API, for all nodes. */
  perform(request: ApiRequest): Promise<ApiReply> {
    const { node, tokens } = this.#parts;
    return perform(node.bus, request, tokens.revocations);
  }

  /** The figures of this process. @param process what its own ones are labelled with */
  samples(process: string): Samples {
    const { version, node, counts, cluster, admission } = this.#parts;
    const { maxConnections, memoryLimitBytes } = admission;
    const isReady = () => admission.isReady;
    const limits = { maxConnections, memoryLimitBytes };
    return readSamples({ version, node, counts, cluster, isReady, ...limits }, process);
  }
}
