// What is answered on the operators' port: paths as data.

export interface OperatorRoute {
  /** A whole path, or the beginning of paths if it ends in a slash. */
  readonly path: `/${string}`;
  readonly methods: readonly ("GET" | "POST" | "DELETE")[];
  /** The gatekeeper has let the request in. @param peer address of the connection */
  answer(request: Request, url: URL, peer: string): Response | Promise<Response>;
}

/** @returns the route of a path, if there is one */
export const routeOf = (
  routes: readonly OperatorRoute[],
  pathname: string,
): OperatorRoute | undefined =>
  routes.find(({ path }) =>
    path.endsWith("/") && path !== "/" ? pathname.startsWith(path) : pathname === path,
  );
