// Whether this process lives, and whether it wants more clients: for people, load balancers and
// orchestrators.

/** What the server knows of its own state. */
export interface Health {
  /** False from the moment the server is being stopped. */
  readonly isReady: boolean;
}

/**
 * `/healthz` and `/livez`: 200 as long as the process answers. `/readyz`: 503 while it is being stopped.
 * @returns nothing for any other path
 */
export function healthResponse(path: string, { isReady }: Health): Response | undefined {
  switch (path) {
    case "/healthz":
    case "/livez":
      return new Response("ok");
    case "/readyz":
      return isReady ? new Response("ready") : new Response("draining", { status: 503 });
    default:
      return undefined;
  }
}
