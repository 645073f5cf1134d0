// Whether a request comes from this machine, and for it.

import { isForwarded } from "../../operator/access.ts";

const loopback = /^(?:(?:::ffff:)?127\.[\d.]+|::1)$/i;
const ownHost = /^(?:127\.[\d.]+|\[::1\]|(?:[\w-]+\.)*localhost)(?::\d+)?$/i;

/**
 * @param remoteAddress of the connection
 * @param headers a page elsewhere may give its own name an address of this machine, so that Host is looked at, too
 */
export const isThisMachine = (remoteAddress: string, headers: Headers): boolean =>
  loopback.test(remoteAddress) && ownHost.test(headers.get("Host") ?? "") && !isForwarded(headers);
