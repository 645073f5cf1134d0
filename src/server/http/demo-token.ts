// What the room demo asks for: whether there is a key for tokens, and with --dev a token for a tab on this machine.

import { dev } from "../../auth/dev-key.ts";
import { hasKey } from "../../auth/options.ts";
import { secretOf, sign } from "../../auth/sign.ts";
import type { Settings } from "../../options/option.ts";
import { randomName } from "../../pages/demo/names.ts";
import type { GetRoute } from "../../protocols/protocol.ts";
import { isThisMachine } from "./this-machine.ts";

const tokenSeconds = 12 * 3600;

/** `GET /demo/room/token`: `{"hasKey":…,"isDev":…}`, and `"token"` with --dev. */
export const demoTokenRoute = (settings: Settings): GetRoute => ({
  path: "/demo/room/token",
  access: "same-origin",
  get: async ({ remoteAddress = "" }, { headers }) => {
    const isDev = settings(dev);
    const secret = isDev && isThisMachine(remoteAddress, headers) ? secretOf(settings) : undefined;
    const claims = { sub: `tab-${crypto.randomUUID().slice(0, 8)}`, name: randomName() };
    return Response.json({
      hasKey: hasKey(settings),
      isDev,
      ...(secret !== undefined && { token: await sign(settings, secret, claims, tokenSeconds) }),
    });
  },
});
