// Answers to requests that no route answers.

export const notFound = (): Response =>
  new Response("not found; / lists what is served here\n", { status: 404 });

export const methodNotAllowed = (): Response =>
  new Response("only GET, HEAD and OPTIONS are served here\n", {
    status: 405,
    headers: { Allow: "GET, HEAD, OPTIONS" },
  });

/** The answer to an upgrade where no socket is served. */
export const noSocketHere = (): Response =>
  new Response("no WebSocket is served at this path; / lists the paths\n", { status: 404 });

/** The answer when a handler throws. */
export const internalError = (): Response => new Response("internal error\n", { status: 500 });

/** The answer to a client that is not let in. @param why the server is full, or is being stopped */
export const unavailable = (why: string): Response =>
  new Response(`${why}\n`, { status: 503, headers: { "Retry-After": "5" } });
