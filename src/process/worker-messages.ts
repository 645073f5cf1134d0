// What a parent and its workers say to each other, by the channel that they have as processes.

import type { ApiRequest } from "../operator/api/api.ts";
import type { Samples } from "../operator/metrics/samples.ts";
import type { ServerCertificate } from "../server/tls/server-certificate.ts";

/** First where to listen, 0 for a free port; then, once a second, whether the worker is alive; and questions. */
export type ToWorker =
  | ListenOrder
  | ReloadOrder
  | { readonly type: "ping" }
  | { readonly type: "ask"; readonly id: number; readonly question: WorkerQuestion };

/** The parent has found nothing wrong with the settings as they are now. */
export interface ReloadOrder {
  readonly type: "reload";
  readonly certificate?: ServerCertificate | undefined;
}

export interface ListenOrder {
  readonly type: "listen";
  readonly port: number;
  /** The same for all workers; unset without TLS. */
  readonly certificate?: ServerCertificate | undefined;
}

/** What a worker is asked: its figures, under the name that it has in metrics; or a request of the admin API. */
export type WorkerQuestion =
  | { readonly what: "samples"; readonly name: string }
  | { readonly what: "api"; readonly request: ApiRequest };

/** It listens; it is alive; the answer to a question; or, as it ends, its last figures. */
export type FromWorker =
  | { readonly type: "ready"; readonly url: string }
  | { readonly type: "alive" }
  | { readonly type: "answer"; readonly id: number; readonly answer: unknown }
  | { readonly type: "last"; readonly samples: Samples };
