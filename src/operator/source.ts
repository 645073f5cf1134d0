// Where the operators' port gets its answers: this process, or the workers of this one.

import type { Samples } from "./metrics/samples.ts";

export interface OperatorSource {
  /** The figures of each process. Processes that do not answer in time are left out. */
  samples(): Promise<readonly Samples[]>;
}
