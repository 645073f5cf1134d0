// How a hub sends a frame of one peer to all members of a topic, here and on other nodes, or to those that its rights
// name. What the parameters mean is at `Hub.broadcast`.

import type { Link } from "./bus.ts";
import type { FanOut } from "./fan-out.ts";
import type { LocalMember, Topic } from "./member.ts";
import type { BroadcastOutcome } from "./outcome.ts";
import type { Peer } from "./peer.ts";
import type { OwnTopic } from "./topic.ts";

export class Broadcasts<Info> {
  /** Those that the token of their sender did not allow. */
  forbidden = 0;
  /** The hub's own. */
  readonly #topics: ReadonlyMap<string, OwnTopic<Info>>;
  readonly #fanOut: FanOut;
  readonly #link: Link;

  constructor(topics: ReadonlyMap<string, OwnTopic<Info>>, fanOut: FanOut, link: Link) {
    this.#topics = topics;
    this.#fanOut = fanOut;
    this.#link = link;
  }

  /** Sends a frame of an operator to the members here. @returns how many there are */
  tellHere(name: string, frame: string): number {
    const topic = this.#topics.get(name);
    if (topic === undefined) return 0;
    this.#fanOut.send(topic, frame);
    return topic.localCount;
  }

  send(
    sender: Peer,
    to: Topic<Info> | undefined,
    frame: string,
    except: LocalMember<Info> | undefined,
  ): BroadcastOutcome {
    const { rights } = sender;
    if (rights?.mayBroadcast === false) {
      this.forbidden++;
      return "forbidden";
    }
    const topic = to && this.#topics.get(to.name);
    if (topic === undefined) return "sent";
    sender.charge(topic.members.size);
    this.#fanOut.makeWay(topic);
    // A fault may end the sender meanwhile, and then the others have been told that it has left.
    if (sender.ended === undefined)
      if (rights?.to === undefined) this.#fanOut.send(topic, frame, except);
      else this.#fanOut.sendWithin(topic, frame, rights.to, except);
    if (sender.ended === undefined) this.#link.broadcast(topic.name, frame, rights?.to);
    return "sent";
  }
}
