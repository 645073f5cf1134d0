// Whether a request comes from this machine, and for it.

const loopback = /^(?:(?:::ffff:)?127\.[\d.]+|::1)$/i;
const ownHost = /^(?:127\.[\d.]+|\[::1\]|(?:[\w-]+\.)*localhost)(?::\d+)?$/i;

/** What a proxy or a tunnel on this machine adds, which passes on what others ask. */
const passedOn = ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"];

/**
 * @param remoteAddress of the connection
 * @param headers a page elsewhere may give its own name an address of this machine, so that Host is looked at, too
 */
export const isThisMachine = (remoteAddress: string, headers: Headers): boolean =>
  loopback.test(remoteAddress) &&
  ownHost.test(headers.get("Host") ?? "") &&
  !passedOn.some((name) => headers.has(name));
