// What the log and webhooks are told of a connection, from its upgrade to its end. In the log each line has its number, its
// protocol, and, as the operator has chosen, its topic, its user and its address.

import { Identity } from "../auth/identity.ts";
import type { HubObserver } from "../core/hub-spec.ts";
import { LocalMember } from "../core/member.ts";
import { isFailed, type Outcome } from "../core/outcome.ts";
import type { Peer } from "../core/peer.ts";
import { describeEnd } from "../observe/connection-end.ts";
import type { NodeCounts } from "../observe/counts.ts";
import type { Log } from "../observe/log.ts";
import { loggedName } from "../observe/names.ts";
import { Webhooks } from "../observe/webhooks.ts";
import type { Settings } from "../options/option.ts";
import type { Connection } from "./connection.ts";
import { logAddresses, logNames } from "./log-options.ts";
import { addressIn } from "./turn-key.ts";

/** What was logged of the relays of a peer. */
interface SeenRelays {
  hasFailed: boolean;
}

export class ConnectionLog {
  readonly #log: Log;
  readonly #settings: Settings;
  readonly #webhooks: Webhooks;

  /** @param node the id of this node */
  constructor(log: Log, settings: Settings, node: string, counts: NodeCounts) {
    this.#log = log;
    this.#settings = settings;
    this.#webhooks = new Webhooks(settings, log, node);
    counts.webhookEventsLost = () => this.#webhooks.lost;
  }

  /** Takes over what the settings say now. */
  reload(): void {
    this.#webhooks.reload(this.#settings);
  }

  /** Tells webhooks what waits for them, when the server stops. */
  end(): Promise<void> {
    return this.#webhooks.end();
  }

  opened(connection: Connection): void {
    this.#log.debug(this.#fieldsOf(connection), "connection opened");
  }

  /**
   * The socket is closed, and its conversation is not told yet, so that it is known where it was.
   * @returns logs that; to be called when it is told, or waits for its turn to be
   */
  ending(connection: Connection, code: number, text: string): () => void {
    const end = describeEnd(code, text, connection.peer?.ended);
    const level = end.by === "server" ? "info" : "debug";
    if (!this.#log.isLevelEnabled(level)) return nothing;
    const [topic, ...others] = topicsOf(connection.peer);
    const where = others.length === 0 ? this.#topic(topic) : {};
    const fields = { ...this.#fieldsOf(connection), ...where, ...end };
    return () => this.#log[level](fields, "connection ended");
  }

  refusedToken({ connection }: Peer, protocol: string, refusal: string): void {
    this.#log.debug({ protocol, connection, refusal }, "token refused");
    this.#webhooks.tell("refused", { protocol, connection, refusal });
  }

  /** An upgrade is refused. @param fields with the number that its connection would have had */
  refused(fields: object, address: string | undefined): void {
    this.#log.debug({ ...fields, ...this.#address(address) }, "upgrade refused");
    this.#webhooks.tell("refused", fields);
  }

  refusedRequest(refusal: string, address: string | undefined): void {
    this.#log.debug({ refusal, ...this.#address(address) }, "request refused");
  }

  /**
   * Tells of who joins and leaves, and of the first relay of each peer and the first that fails.
   * @param membersOf how many members the topics of a name have on this node, in all hubs of the protocol
   */
  observer(protocol: string, membersOf: (topic: string) => number): Omit<HubObserver, "traffic"> {
    const logged = this.#loggingObserver(protocol);
    return {
      ...logged,
      joined: (peer, topic) => {
        logged.joined(peer, topic);
        const where = { protocol, topic };
        if (this.#webhooks.isOn) this.#webhooks.joined(where, membersOf(topic), whoOf(peer));
      },
      left: (peer, topic) => {
        logged.left(peer, topic);
        const where = { protocol, topic };
        if (this.#webhooks.isOn) this.#webhooks.left(where, membersOf(topic), whoOf(peer));
      },
    };
  }

  #loggingObserver(protocol: string): Omit<HubObserver, "traffic"> {
    if (!this.#log.isLevelEnabled("debug")) return { joined: nothing, left: nothing };
    const seen = new WeakMap<Peer, SeenRelays>();
    const say = (peer: Peer, fields: object, message: string): void => {
      const { connection } = peer;
      this.#log.debug({ protocol, connection, ...this.#user(peer), ...fields }, message);
    };
    return {
      joined: (peer, topic) => say(peer, this.#topic(topic), "joined a topic"),
      left: (peer, topic) => say(peer, this.#topic(topic), "left a topic"),
      relayed: (peer, outcome: Outcome) => {
        const relays = seen.get(peer);
        const hasFailed = isFailed(outcome);
        if (relays === undefined) say(peer, { outcome }, "first relay");
        else if (hasFailed && !relays.hasFailed) say(peer, { outcome }, "first relay that failed");
        seen.set(peer, { hasFailed: hasFailed || relays?.hasFailed === true });
      },
    };
  }

  #fieldsOf({ context, number, peer, key }: Connection): object {
    const { protocol } = context;
    const address = this.#address(addressIn(key));
    return { protocol, connection: number, ...address, ...this.#user(peer) };
  }

  #address(address: string | undefined): object {
    return address !== undefined && this.#settings(logAddresses) ? { address } : {};
  }

  #user(peer: Peer | undefined): object {
    const pass = peer?.pass;
    const user = pass instanceof Identity ? this.#name(pass.userId) : undefined;
    return user === undefined ? {} : { user };
  }

  #topic(name: string | undefined): object {
    const topic = name === undefined ? undefined : this.#name(name);
    return topic === undefined ? {} : { topic };
  }

  #name(name: string): string | undefined {
    return loggedName(name, this.#settings(logNames));
  }
}

const nothing = (): void => undefined;

/** For webhooks, whose receiver is the operator's own. */
function whoOf({ connection, pass }: Peer): object {
  const user = pass instanceof Identity ? pass.userId : undefined;
  return { connection, ...(user !== undefined && { user }) };
}

/** The topics that a peer is in, those of all its hubs. */
const topicsOf = (peer: Peer | undefined): readonly string[] =>
  (peer?.memberships ?? [])
    .filter((each) => each instanceof LocalMember)
    .map(({ topic }) => topic.name);
