// Cross-origin requests: pages of any origin may use this server, as the Go server lanscape has it.

/** Adds the headers that let the page at the request's origin read the response. */
export function allowOrigin(request: Request, response: Response): Response {
  const { headers } = response;
  headers.set("Access-Control-Allow-Origin", request.headers.get("Origin") ?? "*");
  headers.set("Access-Control-Allow-Methods", "GET, OPTIONS");
  headers.set("Access-Control-Allow-Headers", "Content-Type, Authorization");
  headers.set("Access-Control-Allow-Credentials", "true");
  headers.append("Vary", "Origin");
  return response;
}

/** The answer to a preflight, whatever it is about. */
export const preflight = (): Response => new Response(null, { status: 200 });
