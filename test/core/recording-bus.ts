// A bus whose link writes down what a hub tells it, and keeps the hub's receiver, so that a test can speak
// for the other nodes.

import type { Bus, Link, Receiver, Relay } from "../../src/core/bus.ts";
import { newNodeId } from "../../src/core/ids.ts";

export class RecordingBus implements Bus {
  readonly node = newNodeId();
  readonly isReachable = true;
  readonly others = [];
  /** A node that can be reached; all others cannot. */
  readonly far = newNodeId();
  /** What the hub has told, oldest first. */
  readonly calls: string[] = [];
  /** Relays that were sent, oldest first. */
  readonly relays: Relay[] = [];
  /** Is called when the hub opens a topic: a link may know its members, and tell of them at once. */
  opened: () => void = () => undefined;
  #receiver: Receiver | undefined;

  /** Of the one hub on this bus. */
  get receiver(): Receiver {
    if (this.#receiver === undefined) throw new Error("there is no hub on this bus");
    return this.#receiver;
  }

  link(_namespace: string, receiver: Receiver): Link {
    this.#receiver = receiver;
    const call = (text: string): void => {
      this.calls.push(text);
    };
    return {
      isAlone: false,
      known: () => undefined,
      claim: () => ({ since: 1 }),
      open: (topic) => {
        call(`open ${topic}`);
        this.opened();
      },
      close: (topic) => call(`close ${topic}`),
      joined: (topic, id, info) => call(`joined ${topic} ${id} ${info}`),
      updated: (topic, id, info) => call(`updated ${topic} ${id} ${info}`),
      left: (topic, id) => call(`left ${topic} ${id}`),
      relay: (topic, node, relay) => {
        call(`relay ${topic} ${relay.to} ${relay.frame}`);
        if (node !== this.far) return "dropped";
        this.relays.push(relay);
        return "sent";
      },
      broadcast: (topic, frame) => call(`broadcast ${topic} ${frame}`),
    };
  }

  // No hub asks or gives orders.

  onQuestion(): void {}

  onOrder(): void {}

  ask(): ReturnType<Bus["ask"]> {
    return Promise.resolve({ answers: new Map(), missing: [] });
  }

  tell(): void {}
}
