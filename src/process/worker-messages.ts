// What a parent and its workers say to each other, by the channel that they have as processes.

/** First where to listen, 0 for a free port; then, once a second, whether the worker is alive. */
export type ToWorker =
  | { readonly type: "listen"; readonly port: number }
  | { readonly type: "ping" };

/** It listens; or it is alive. */
export type FromWorker =
  | { readonly type: "ready"; readonly url: string }
  | { readonly type: "alive" };
