// Cross-origin requests. Pages of any origin may use this server, as with the Go server lanscape; none may send
// cookies or other credentials of the browser's along, of which this server has none.

/** The longest list of header names that a preflight may ask for, in characters; a longer one is not answered. */
const maxAskedLength = 4096;

/** Seconds for which a browser may keep the answer to a preflight. Chromium keeps none for longer. */
const maxAgeSeconds = 7200;

/** What RFC 9110, section 5.6.2 calls a token, such as the name of a header. */
const tokenPattern = /^[\w!#$%&'*+.^`|~-]+$/;

/** Adds the headers that let the page at the request's origin read the response. */
export function allowOrigin(request: Request, response: Response): Response {
  const { headers } = response;
  headers.set("Access-Control-Allow-Origin", request.headers.get("Origin") ?? "*");
  headers.set("Access-Control-Allow-Methods", "GET, OPTIONS");
  headers.append("Vary", "Origin");
  // Other headers that a page may want are readable anyway, or in the body too.
  if (headers.has("Retry-After")) headers.set("Access-Control-Expose-Headers", "Retry-After");
  return response;
}

/** The answer to OPTIONS, whatever it is about: a preflight may send the headers that it asks for. */
export function preflight({ headers: asked }: Request): Response {
  const headers = new Headers({ Vary: "Access-Control-Request-Headers" });
  if (asked.has("Access-Control-Request-Method"))
    headers.set("Access-Control-Max-Age", String(maxAgeSeconds));
  const names = namesIn(asked.get("Access-Control-Request-Headers") ?? "");
  if (names.length > 0) headers.set("Access-Control-Allow-Headers", names.join(", "));
  // Chromium 104 to 141 asks so for a page of the internet that reaches into a private network. Later ones ask
  // the user.
  if (asked.get("Access-Control-Request-Private-Network") === "true")
    headers.set("Access-Control-Allow-Private-Network", "true");
  return new Response(null, { headers });
}

const namesIn = (list: string): readonly string[] =>
  list.length > maxAskedLength
    ? []
    : list
        .split(",")
        .map((name) => name.trim())
        .filter((name) => tokenPattern.test(name));
