// How long Bun is told to keep an idle HTTP connection. That it keeps it is shown by keep-alive-http.test.ts, for
// less than that: nobody wants to wait.

import { afterEach, expect, spyOn, test } from "bun:test";
import { openLog } from "../../src/observe/log.ts";
import type { Option } from "../../src/options/option.ts";
import { SignalServer } from "../../src/server/server.ts";

/** That of nginx and of the balancers of AWS. */
const balancerSeconds = 60;

const serve = spyOn(Bun, "serve");
afterEach(() => serve.mockRestore());

test("an idle connection is kept for longer than load balancers keep theirs", async () => {
  const settings = <Value>(option: Option<Value>): Value => option.default;
  const server = new SignalServer(settings, openLog("error", false).log, "0", {
    port: 0,
    isShared: false,
  });
  const [options] = serve.mock.calls[0] ?? [];
  await server.drain();
  expect(options?.idleTimeout).toBeGreaterThan(balancerSeconds + 10);
});
