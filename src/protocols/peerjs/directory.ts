// All ids of all nodes, for servers that let clients list them. Other servers have none: a node need not
// know of ids that nobody there asks for.

import * as v from "valibot";
import type { Hub } from "../../core/hub.ts";
import { isTopicName, type MemberId, type TopicName, topicName } from "../../core/ids.ts";
import type { Peer } from "../../core/peer.ts";
import type { Context } from "../protocol.ts";

/** A client under its id. */
interface Listed {
  readonly id: MemberId;
  readonly peer: Peer;
}

/** The one topic that all ids are in. */
const everybody = topicName("everybody") as TopicName;

export class Directory {
  readonly #hub: Hub<null>;

  constructor({ hub }: Context) {
    this.#hub = hub("peerjs-directory", { info: v.null(), isId: isTopicName });
  }

  /** Beyond the bound for members of a topic a client is not listed. */
  add({ id, peer }: Listed): void {
    this.#hub.join(peer, everybody, { id, info: null });
  }

  remove({ id, peer }: Listed): void {
    const member = this.#hub.topic(everybody)?.members.get(id);
    if (member?.peer === peer) this.#hub.leave(member);
  }

  /** Nothing once all ids are known, else a promise of that. */
  warm(): Promise<void> | undefined {
    return this.#hub.warm(everybody);
  }

  /** All ids, once they are known. */
  list(): readonly string[] | Promise<readonly string[]> {
    const known = this.warm();
    const ids = (): readonly string[] => [...(this.#hub.topic(everybody)?.members.keys() ?? [])];
    return known === undefined ? ids() : known.then(ids);
  }
}
