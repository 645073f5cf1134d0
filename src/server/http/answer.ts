// What plain requests get: health, the pages, and a way on for those that ask for something else.

import { type Page, pageResponse } from "../../pages/pages.ts";
import { type Health, healthResponse } from "./health.ts";

/** @param path the request's, percent-encoded */
export function answer(
  request: Request,
  path: string,
  pages: ReadonlyMap<string, Page>,
  health: Health,
): Response {
  const page = pages.get(path);
  if (page !== undefined) return pageResponse(page, request);
  return healthResponse(path, health) ?? notFound();
}

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
