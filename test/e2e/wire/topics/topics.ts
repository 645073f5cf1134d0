// All suites of topics, played on one server.

import { afterAll, beforeAll, describe } from "bun:test";
import type { AnyServer } from "../../../support/two-nodes.ts";
import { errors } from "./errors.ts";
import { membership } from "./membership.ts";
import { metadata } from "./metadata.ts";
import { names } from "./names.ts";
import { payload } from "./payload.ts";
import { relay } from "./relay.ts";

const suites = { errors, membership, metadata, names, payload, relay };

/** @param start starts the server, which is ended after the last of them */
export function playTopics(start: () => Promise<AnyServer>): void {
  let server: AnyServer;

  beforeAll(async () => {
    server = await start();
  }, 60_000);

  afterAll(() => server[Symbol.asyncDispose]());

  describe.each(Object.entries(suites))("%s", (_name, define) => define(() => server));
}
