// The page's own address, and those of the server that it came from.

/** The address of a WebSocket on the server. */
export const socketUrl = (path: string): string =>
  // http → ws and https → wss
  location.origin.replace(/^http/, "ws") + path;

/** The name behind the `#` of the page's address; empty where there is none. */
export function nameInAddress(): string {
  const hash = location.hash.slice(1);
  try {
    return decodeURIComponent(hash).trim();
  } catch {
    return hash; // A lone % is no encoding: taken as it is.
  }
}

/** Where a page is drawn. */
export function pageMain(): HTMLElement {
  const main = document.querySelector("main");
  if (main === null) throw new Error("the page has no main");
  return main;
}
