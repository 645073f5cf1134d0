// Sets up the protocols, and gives each route what is needed to serve it.

import type { Tokens } from "../auth/tokens.ts";
import { Hub } from "../core/hub.ts";
import type { HubObserver } from "../core/hub-spec.ts";
import type { Node } from "../core/node.ts";
import type { Staying } from "../core/staying.ts";
import { Traffic } from "../core/traffic.ts";
import type { HostedServers } from "../ice/hosted.ts";
import type { NodeCounts } from "../observe/counts.ts";
import { describeFault } from "../observe/fault.ts";
import type { Log } from "../observe/log.ts";
import type { Settings } from "../options/option.ts";
import { frameBytesOf } from "../protocols/frame-limit.ts";
import type { Context, Protocol, Route, Service } from "../protocols/protocol.ts";
import type { AddressTable } from "./address-table.ts";
import type { Held } from "./backlog.ts";
import type { ConnectionContext } from "./connection-context.ts";
import type { ConnectionLog } from "./connection-log.ts";
import { patienceOf } from "./patience.ts";
import { TokenGate } from "./token-gate.ts";
import { wantsTokens } from "./token-gate-options.ts";

/** A route with all that is needed to serve it. */
export interface ServedRoute {
  readonly route: Route;
  /** The name of its protocol, or `the server`. */
  readonly owner: string;
  readonly gate: TokenGate;
  readonly connections: ConnectionContext;
}

/** What the server gives to all protocols. */
export interface Shared {
  readonly node: Node;
  /** Of options with `isReloaded`, the value may change. */
  readonly settings: Settings;
  readonly log: Log;
  readonly tokens: Tokens;
  readonly staying: Staying;
  readonly hostedIce: HostedServers | undefined;
  /** See `ConnectionContext`. */
  readonly held: Held;
  /** What each client address is doing. */
  readonly addresses: AddressTable;
  readonly counts: NodeCounts;
  readonly connectionLog: ConnectionLog;
}

/** The routes of protocols. */
export const protocolRoutes = (
  shared: Shared,
  protocols: readonly Protocol[],
): readonly ServedRoute[] => protocols.flatMap((protocol) => setUp(shared, protocol));

/** The server's own routes, all public. */
export const ownRoutes = (shared: Shared, routes: readonly Route[]): readonly ServedRoute[] => {
  const connections = connectionContext(shared, "server", new Traffic());
  const gate = new TokenGate(shared.tokens, shared.addresses, () => false);
  return routes.map((route) => ({ route, owner: "the server", gate, connections }));
};

function setUp(
  shared: Shared,
  { name, asksForTokens, frameLimit, setUp }: Protocol,
): readonly ServedRoute[] {
  const { node, settings, tokens, addresses, connectionLog } = shared;
  const counts = shared.counts.of(name);
  const log = shared.log.child({ protocol: name });
  const told = connectionLog.observer(name, (topic) => counts.membersOf(topic));
  const observer: HubObserver = {
    ...told,
    traffic: counts.traffic,
    joined: (peer, topic) => {
      counts.joins++;
      told.joined(peer, topic);
    },
    left: (peer, topic) => {
      counts.leaves++;
      told.left(peer, topic);
    },
  };
  const context: Context = {
    hub: (namespace, spec) => {
      if (spec.isIndex === true) return new Hub(node, namespace, spec);
      const hub = new Hub(node, namespace, spec, observer);
      counts.hubs.push(hub);
      return hub;
    },
    node: node.bus.node,
    settings,
    tokens,
    clock: node.clock,
    log,
    staying: shared.staying,
    hostedIce: shared.hostedIce,
  };
  const { routes, patience, counts: own } = setUp(context);
  counts.service = own;
  const isRequired = () => wantsTokens(settings, name);
  const awaitsKeys = () => tokens.isWaiting && (asksForTokens === true || isRequired());
  const connections = connectionContext(shared, name, counts.traffic, {
    frameLimit,
    patience,
    awaitsKeys,
  });
  const gate = new TokenGate(tokens, addresses, isRequired, (refusal, peer) => {
    counts.tokenRefusals.add(refusal);
    if (peer !== undefined) connectionLog.refusedToken(peer, name, refusal);
  });
  return routes.map((route) => ({ route, owner: name, gate, connections }));
}

/** What is a protocol's own of it. */
interface Own {
  readonly frameLimit?: Protocol["frameLimit"] | undefined;
  readonly patience?: Service["patience"] | undefined;
  readonly awaitsKeys?: () => boolean;
}

function connectionContext(
  { node, settings, log, held, counts }: Shared,
  protocol: string,
  traffic: Traffic,
  { frameLimit, patience, awaitsKeys = () => false }: Own = {},
): ConnectionContext {
  const own = log.child({ protocol });
  return {
    protocol,
    traffic,
    patience: patienceOf(settings, patience),
    maxFrameBytes: frameBytesOf(settings, frameLimit),
    limits: node.limits,
    awaitsKeys,
    clock: node.clock,
    work: node.work,
    held,
    fault: (thrown, connection) => {
      counts.faults++;
      own.error({ connection, ...describeFault(thrown) }, "fault in a conversation");
    },
  };
}
