// Cross-origin requests. Pages of any origin may use this server unless an operator lists some, as with the Go server
// lanscape. Credentials are for listed origins only.

import type { Origins } from "../origins.ts";

/** The longest list of header names that a preflight may ask for, in characters. A longer list is not allowed. */
const maxAskedLength = 4096;

/** How long a browser may keep the answer to a preflight, in seconds. The most that Chromium accepts. */
const maxAgeSeconds = 7200;

/** A token of RFC 9110, section 5.6.2, such as the name of a header. */
const tokenPattern = /^[\w!#$%&'*+.^`|~-]+$/;

/** Adds the headers that let the page at the request's origin read the response. */
export function allowOrigin(request: Request, response: Response, origins: Origins): Response {
  const { headers } = response;
  const origin = request.headers.get("Origin");
  if (origin === null && origins.areListed) return response;
  headers.set("Access-Control-Allow-Origin", origin ?? "*");
  if (origins.areListed) headers.set("Access-Control-Allow-Credentials", "true");
  headers.set("Access-Control-Allow-Methods", "GET, OPTIONS");
  headers.append("Vary", "Origin");
  // Pages can read the other headers that they need anyway, or find the same in the body.
  if (headers.has("Retry-After")) headers.set("Access-Control-Expose-Headers", "Retry-After");
  return response;
}

/** The answer to OPTIONS at any path. A preflight is allowed the headers that it asks for. */
export function preflight({ headers: asked }: Request): Response {
  const headers = new Headers({ Vary: "Access-Control-Request-Headers" });
  if (asked.has("Access-Control-Request-Method"))
    headers.set("Access-Control-Max-Age", String(maxAgeSeconds));
  const names = namesIn(asked.get("Access-Control-Request-Headers") ?? "");
  if (names.length > 0) headers.set("Access-Control-Allow-Headers", names.join(", "));
  // Chromium 104 to 141 asks for this before a public page reaches into a private network. Later versions ask the user.
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
