// Whether this process lives, and whether it wants more clients: for people, load balancers and
// orchestrators.

/** What the server knows of its own state. */
export interface Health {
  /** False from the moment the server is being stopped. */
  readonly isReady: boolean;
  /** While other nodes cannot be reached: peers are served, but meet only those on this node. */
  readonly isDegraded: boolean;
}

/**
 * `/healthz` and `/livez`: 200 as long as the process answers. `/readyz`: 503 while it is being stopped, and
 * 200 with `degraded` while other nodes cannot be reached: were it another status, a load balancer would
 * empty all nodes at once when Redis is away.
 * @returns nothing for any other path
 */
export function healthResponse(path: string, health: Health): Response | undefined {
  switch (path) {
    case "/healthz":
    case "/livez":
      return new Response("ok");
    case "/readyz":
      return readiness(health);
    default:
      return undefined;
  }
}

function readiness({ isReady, isDegraded }: Health): Response {
  if (!isReady) return new Response("draining", { status: 503 });
  return new Response(isDegraded ? "degraded: other nodes cannot be reached" : "ready");
}
