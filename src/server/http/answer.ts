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

/** The answer to an address that asks too often, or has too many connections. */
export const tooMany = (what: string): Response =>
  new Response(`${what}; try again later\n`, { status: 429, headers: { "Retry-After": "5" } });

/** The answer to a page of an origin that is not allowed. It gets no CORS headers, so the page cannot read it. */
export const badOrigin = (): Response =>
  new Response("pages of this origin may not use this server; see --allowed-origins\n", {
    status: 403,
  });

export const severalHosts = (): Response =>
  new Response("a request has one Host\n", { status: 400 });
