// A resource that the binary carries, and the answer that serves it. Everything a page needs comes from this server, so its
// security policy allows nothing else.

/** One resource, made when it is asked for first, and kept from then on. */
export class Page {
  readonly contentType: string;
  readonly #make: () => string;
  #made: { readonly body: string; readonly etag: string } | undefined;

  constructor(contentType: string, make: () => string) {
    this.contentType = contentType;
    this.#make = make;
  }

  get body(): string {
    return this.#get().body;
  }

  /** A strong entity tag, quotes included: it changes with the body. */
  get etag(): string {
    return this.#get().etag;
  }

  #get() {
    if (this.#made === undefined) {
      const body = this.#make();
      const hash = new Bun.CryptoHasher("sha256").update(body).digest("base64url");
      this.#made = { body, etag: `"${hash}"` };
    }
    return this.#made;
  }
}

/** Content types. */
export const htmlType = "text/html; charset=utf-8";
export const css = "text/css; charset=utf-8";
export const typescript = "text/plain; charset=utf-8";
export const javascript = "text/javascript; charset=utf-8";
export const json = "application/json";
export const svg = "image/svg+xml";

/** Of every page. */
export const securityHeaders = {
  // 'self' covers WebSockets to this server. Video elements play streams, which are no fetches.
  "Content-Security-Policy": [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join("; "),
  "Permissions-Policy": "camera=(self), microphone=(self), display-capture=(self)",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
};

/**
 * The answer to a GET or HEAD request for `page`: 304 if the client has it already, else 200.
 * Browsers keep pages but ask each time, so a new release of the server shows at once.
 */
export function pageResponse(page: Page, request: Request): Response {
  const headers = new Headers({
    ...securityHeaders,
    "Cache-Control": "no-cache",
    "Content-Type": page.contentType,
    ETag: page.etag,
  });
  if (isCached(page, request)) return new Response(null, { status: 304, headers });
  if (request.method === "HEAD") {
    headers.set("Content-Length", String(Buffer.byteLength(page.body)));
    return new Response(null, { headers });
  }
  return new Response(page.body, { headers });
}

/** If-None-Match compares weakly (RFC 9110, 13.1.2): proxies that compress weaken the tag. */
function isCached({ etag }: Page, request: Request): boolean {
  const candidates = request.headers.get("If-None-Match")?.split(",") ?? [];
  return candidates
    .map((candidate) => candidate.trim().replace(/^W\//, ""))
    .some((candidate) => candidate === etag || candidate === "*");
}
