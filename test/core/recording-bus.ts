// A bus whose links write down what hubs tell them, and that keeps the hubs' receivers, so that a test can
// speak for the other nodes.

import type { Bus, Link, Receiver, Relay } from "../../src/core/bus.ts";
import { newNodeId } from "../../src/core/ids.ts";
import { OwnSet } from "../../src/core/shared-set.ts";

export class RecordingBus implements Bus {
  readonly node = newNodeId();
  readonly isReachable = true;
  readonly isLate = false;
  readonly others = [];
  readonly keeps = () => false;
  /** A node that can be reached; all others cannot. */
  readonly far = newNodeId();
  /** What hubs have told, oldest first. */
  readonly calls: string[] = [];
  /** Relays that were sent, oldest first. */
  readonly relays: Relay[] = [];
  /** Is called when a hub opens a topic: a link may know its members, and tell of them at once. */
  opened: () => void = () => undefined;
  readonly #receivers = new Map<string, Receiver>();

  /** Of the one hub on this bus. */
  get receiver(): Receiver {
    const [receiver, ...others] = this.#receivers.values();
    if (receiver === undefined || others.length > 0) throw new Error("there is not one hub here");
    return receiver;
  }

  /** Of the hub of a namespace. */
  receiverOf(namespace: string): Receiver {
    const receiver = this.#receivers.get(namespace);
    if (receiver === undefined) throw new Error(`there is no hub ${namespace}`);
    return receiver;
  }

  firstValue(_name: string, value: string): Promise<string> {
    return Promise.resolve(value);
  }

  link(namespace: string, receiver: Receiver): Link {
    this.#receivers.set(namespace, receiver);
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
      joined: (topic, id, info, role) => call(`joined ${topic} ${id} ${info}${as(role)}`),
      updated: (topic, id, info, role) => call(`updated ${topic} ${id} ${info}${as(role)}`),
      left: (topic, id) => call(`left ${topic} ${id}`),
      relay: (topic, node, relay) => {
        call(`relay ${topic} ${relay.to} ${relay.frame}`);
        if (node !== this.far) return "dropped";
        this.relays.push(relay);
        return "sent";
      },
      broadcast: (topic, frame, to) =>
        call(`broadcast ${topic} ${frame}${to === undefined ? "" : ` to ${[...to]}`}`),
    };
  }

  // No hub asks or gives orders.

  onQuestion(): void {}

  onOrder(): void {}

  ask(): ReturnType<Bus["ask"]> {
    return Promise.resolve({ answers: new Map(), missing: [] });
  }

  tell(): void {}

  shared(_name: string, added: () => void): OwnSet {
    return new OwnSet(added);
  }
}

const as = (role: string | undefined): string => (role === undefined ? "" : ` as ${role}`);
