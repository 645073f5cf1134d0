// Which address a request is for.

/** The request's address. Its Host is left out: a client may send none, or one that no URL can hold. */
export function urlOf({ url }: Request): URL {
  const path = url.startsWith("/") ? 0 : url.indexOf("/", url.indexOf("//") + 2);
  return new URL(`http://localhost${url.slice(path)}`);
}
