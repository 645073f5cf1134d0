// `/metrics`, as Prometheus asks for it.

import type { OperatorRoute } from "../route.ts";
import { exposition } from "./exposition.ts";
import { combine, type Samples } from "./samples.ts";

/** @param samples the figures of all processes of this server */
export const metricsRoute = (samples: () => Promise<readonly Samples[]>): OperatorRoute => ({
  path: "/metrics",
  methods: ["GET"],
  answer: async () => {
    const { contentType, text } = await exposition(combine(await samples()));
    return new Response(text, { headers: { "Content-Type": contentType } });
  },
});
