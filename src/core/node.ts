// One server process: what the hubs of all its protocols share.

import { Lookout } from "./backpressure-scan.ts";
import { type Bus, oneNode } from "./bus.ts";
import type { Limits } from "./limits.ts";
import { Peers } from "./liveness.ts";
import { type Patience, Peer } from "./peer.ts";
import { Tick } from "./tick.ts";
import type { Socket } from "./transport.ts";

/** Sends a frame to every subscriber of a native channel. */
export type Publish = (channel: string, frame: string) => void;

export class Node {
  readonly limits: Limits;
  readonly publish: Publish;
  readonly bus: Bus;
  readonly tick: Tick;
  readonly peers: Peers;
  readonly lookout = new Lookout();

  constructor(limits: Limits, publish: Publish, bus: Bus = oneNode(), tick: Tick = new Tick()) {
    this.limits = limits;
    this.publish = publish;
    this.bus = bus;
    this.tick = tick;
    this.peers = new Peers(limits);
  }

  /** A client has connected. */
  connect(socket: Socket, patience: Patience): Peer {
    const peer = new Peer(socket, this.tick, this.limits, this.peers, patience);
    this.peers.add(peer);
    return peer;
  }

  /** Its socket is closed. The protocol's conversation leaves its topics. */
  disconnect(peer: Peer): void {
    this.peers.delete(peer);
  }
}
