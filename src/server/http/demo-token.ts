// What the room demo asks for: whether there is a key for tokens, and with --dev a token for a tab on this machine.

import { dev } from "../../auth/dev-key.ts";
import { hasKey } from "../../auth/options.ts";
import { secretOf, sign } from "../../auth/sign.ts";
import type { Settings } from "../../options/option.ts";
import { randomName } from "../../pages/demo/names.ts";
import type { GetRoute } from "../../protocols/protocol.ts";

const tokenSeconds = 12 * 3600;

/** `GET /demo/room/token`: `{"hasKey":…,"isDev":…}`, and `"token"` with --dev. */
export const demoTokenRoute = (settings: Settings): GetRoute => ({
  path: "/demo/room/token",
  // Pages of other origins must not read it.
  access: "operator",
  get: async ({ remoteAddress = "" }, request) => {
    const isDev = settings(dev);
    const secret = isDev && isThisMachine(remoteAddress, request) ? secretOf(settings) : undefined;
    const claims = { sub: `tab-${crypto.randomUUID().slice(0, 8)}`, name: randomName() };
    return Response.json({
      hasKey: hasKey(settings),
      isDev,
      ...(secret !== undefined && { token: await sign(settings, secret, claims, tokenSeconds) }),
    });
  },
});

const loopback = /^(?:(?:::ffff:)?127\.[\d.]+|::1)$/i;
const ownHost = /^(?:127\.[\d.]+|\[::1\]|(?:[\w-]+\.)*localhost)(?::\d+)?$/i;

/**
 * Whether a request comes from this machine, and for it: a proxy or tunnel on it passes on what others ask, and a page
 * elsewhere may give its own name an address of this machine.
 */
function isThisMachine(remoteAddress: string, { headers }: Request): boolean {
  const isPassedOn = ["X-Forwarded-For", "Forwarded", "Via"].some((name) => headers.has(name));
  return !isPassedOn && loopback.test(remoteAddress) && ownHost.test(headers.get("Host") ?? "");
}
