// All ids on all nodes, for servers that let clients list them. Other servers have no directory: a node then only
// knows ids that somebody on it has asked for.

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

/** The topic that has all ids as members. */
const everybody = topicName("everybody") as TopicName;

export class Directory {
  readonly #hub: Hub<null>;

  constructor({ hub }: Context) {
    this.#hub = hub("peerjs-directory", {
      info: v.null(),
      isId: isTopicName,
      isIndex: true,
    });
  }

  /** Lists a client. Nothing happens if the topic is full: the client is then not listed. */
  add({ id, peer }: Listed): void {
    this.#hub.join(peer, everybody, { id, info: null });
  }

  remove({ id, peer }: Listed): void {
    const member = this.#hub.topic(everybody)?.members.get(id);
    if (member?.peer === peer) this.#hub.leave(member);
  }

  /** @returns `undefined` if all ids are known, or a promise that resolves when they are */
  warm(): Promise<void> | undefined {
    return this.#hub.warm(everybody);
  }

  /** All ids on all nodes. */
  list(): readonly string[] | Promise<readonly string[]> {
    const known = this.warm();
    const ids = (): readonly string[] => [...(this.#hub.topic(everybody)?.members.keys() ?? [])];
    return known === undefined ? ids() : known.then(ids);
  }
}
