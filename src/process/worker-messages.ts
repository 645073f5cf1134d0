// What a parent and its workers say to each other, by the channel that they have as processes.

import type { ServerCertificate } from "../server/tls/server-certificate.ts";

/** First where to listen, 0 for a free port; then, once a second, whether the worker is alive. */
export type ToWorker = ListenOrder | { readonly type: "ping" };

export interface ListenOrder {
  readonly type: "listen";
  readonly port: number;
  /** The same for all workers; unset without TLS. */
  readonly certificate?: ServerCertificate | undefined;
}

/** It listens; or it is alive. */
export type FromWorker =
  | { readonly type: "ready"; readonly url: string }
  | { readonly type: "alive" };
