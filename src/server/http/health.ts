// Whether this process lives, and whether it wants more clients: for people, load balancers and
// orchestrators.

import type { GetRoute } from "../../protocols/protocol.ts";

/** What the server knows of its own state. */
export interface Health {
  /** False from the moment the server is being stopped. */
  readonly isReady: boolean;
  /** While other nodes cannot be reached: peers are served, but meet only those on this node. */
  readonly isDegraded: boolean;
}

/**
 * `/healthz` and `/livez`: 200 as long as the process answers. `/readyz`: 503 while the server is being stopped;
 * 200 with `degraded` while other nodes cannot be reached. With another status for that, a load balancer
 * would empty all nodes at once when Redis is away.
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
