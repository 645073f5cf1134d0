// Everything that the server answers, set up as it is at its start.

import { describe, expect, test } from "bun:test";
import { Tokens } from "../../src/auth/tokens.ts";
import { Staying } from "../../src/core/staying.ts";
import { NodeCounts } from "../../src/observe/counts.ts";
import { openLog } from "../../src/observe/log.ts";
import type { Settings } from "../../src/options/option.ts";
import { pageRoutes } from "../../src/pages/pages.ts";
import { protocols } from "../../src/protocols/protocols.ts";
import { AddressTable } from "../../src/server/address-table.ts";
import { ConnectionLog } from "../../src/server/connection-log.ts";
import { healthRoutes } from "../../src/server/http/health.ts";
import { RouteCollision, Router } from "../../src/server/router.ts";
import { ownRoutes, protocolRoutes } from "../../src/server/services.ts";
import { FakeNode } from "../support/fake-node.ts";

/** @param options by name, where they are not at their default */
function setUp(options: Readonly<Record<string, unknown>> = {}) {
  const settings: Settings = (option) => (options[option.name] as never) ?? option.default;
  const { log } = openLog("error", false);
  const { node } = new FakeNode();
  const addresses = new AddressTable(node.clock, { connections: 0, requestsPerSecond: 0 });
  const shared = {
    node,
    settings,
    log,
    tokens: new Tokens(settings),
    staying: new Staying(node),
    hostedIce: undefined,
    held: { length: 0 },
    addresses,
    counts: new NodeCounts(),
    connectionLog: new ConnectionLog(log, settings, node.bus.node, new NodeCounts()),
  };
  const guides = protocols.map(({ guide }) => guide);
  const own = [
    ...pageRoutes(guides, "1.0.0"),
    ...healthRoutes(() => ({ isReady: true, isDegraded: false })),
  ];
  return [...protocolRoutes(shared, protocols), ...ownRoutes(shared, own)];
}

test("no two routes of the server meet, with every option at its default or on", () => {
  expect(() => new Router(setUp())).not.toThrow();
  const all = { "y-webrtc-status": true, "peerjs-allow-discovery": true, auth: "required" };
  expect(() => new Router(setUp(all))).not.toThrow();
});

test("every route has an owner, for messages: its protocol, or the server", () => {
  const owners = new Set(setUp().map(({ owner }) => owner));
  expect([...owners].toSorted()).toEqual(
    [...protocols.map(({ name }) => name), "the server"].toSorted(),
  );
});

describe("a path of PeerJS under which something else is served already", () => {
  test.each([
    ["/ws", "/ws/peerjs", "/ws/:topic of topic"],
    ["ws/", "/ws/peerjs", "/ws/:topic of topic"],
    ["/webrtc/ws", "/webrtc/ws/peerjs", "/webrtc/ws/*room of room"],
    ["/ws/webrtc/a", "/ws/webrtc/a/peerjs", "/ws/webrtc/*room of room"],
    ["/signal", "/signal", "/signal of y-webrtc"],
  ])("%s is refused, with the names of both", (path, ours, other) => {
    const start = () => new Router(setUp({ "peerjs-path": path }));
    expect(start).toThrow(RouteCollision);
    expect(start).toThrow(`${other} and ${ours} of peerjs answer the same requests`);
  });

  test.each([
    ["/demo", "/demo"],
    ["/Demo", "/demo"],
    ["/healthz", "/healthz"],
  ])("%s is refused, as a page of the server's is there", (path, theirs) => {
    const start = () => new Router(setUp({ "peerjs-path": path }));
    expect(start).toThrow(`${path} of peerjs and ${theirs} of the server answer the same requests`);
  });

  test.each(["/", "/calls", "/calls/here/", "peer js", "/%2F", "/ws%2F", "/demos"])(
    "is not %s",
    (path) => {
      expect(() => new Router(setUp({ "peerjs-path": path }))).not.toThrow();
    },
  );
});
