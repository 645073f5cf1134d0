// Where the operators' port gets its answers: this process, or the workers of this one.

import type { ApiReply, ApiRequest } from "./api/api.ts";
import type { Samples } from "./metrics/samples.ts";

export interface OperatorSource {
  /** The figures of each process. Processes that do not answer in time are left out. */
  samples(): Promise<readonly Samples[]>;
  /** Answers a request of the admin API, for all nodes. */
  perform(request: ApiRequest): Promise<ApiReply>;
}
