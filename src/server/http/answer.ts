// Answers to requests that nobody else answers.

export const notFound = (): Response =>
  new Response("not found; / lists what is served here\n", { status: 404 });

export const methodNotAllowed = (): Response =>
  new Response("only GET, HEAD and OPTIONS are served here\n", {
    status: 405,
    headers: { Allow: "GET, HEAD, OPTIONS" },
  });

/** The server takes no more clients: it is full, or being stopped. */
export const unavailable = (why: string): Response =>
  new Response(`${why}\n`, { status: 503, headers: { "Retry-After": "5" } });
