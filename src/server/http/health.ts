// Whether this process is alive, and whether it takes more clients: for people, load balancers and orchestrators.

import type { GetRoute } from "../../protocols/protocol.ts";

/** The state of the server. */
export interface Health {
  /** False once the server is being stopped. */
  readonly isReady: boolean;
  /** True while other nodes cannot be reached. Peers are served, but meet only the peers on this node. */
  readonly isDegraded: boolean;
}

/**
 * `/healthz` and `/livez`: 200 as long as the process answers. `/readyz`: 503 while the server is being stopped;
 * 200 with `degraded` while other nodes cannot be reached. Another status would make a load balancer take all nodes
 * out of service at once when Redis is away.
 */
export const healthRoutes = (health: () => Health): readonly GetRoute[] => [
  { path: "/healthz", access: "public", get: () => new Response("ok") },
  { path: "/livez", access: "public", get: () => new Response("ok") },
  { path: "/readyz", access: "public", get: () => readiness(health()) },
];

function readiness({ isReady, isDegraded }: Health): Response {
  if (!isReady) return new Response("draining", { status: 503 });
  return new Response(isDegraded ? "degraded: other nodes cannot be reached" : "ready");
}
