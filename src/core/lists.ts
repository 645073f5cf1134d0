// Shows the members of a topic on this node the whole list of members, for protocols that have no other word for who
// joins and leaves. All that changes within some milliseconds is one list; a large topic is shown it in slices, as the
// announcer has time.

import type { Announcer } from "./announcer.ts";
import type { FanOut } from "./fan-out.ts";
import type { ListSpec } from "./hub-spec.ts";
import { gatherFrom } from "./limits.ts";
import type { LocalMember } from "./member.ts";
import type { OwnTopic } from "./topic.ts";

/** UTF-16 units that are sent in one go, to one member at least, before the time is looked at. */
const lengthPerChunk = 65_536;

/** What it needs of the node. */
interface ListsContext {
  readonly announcer: Announcer;
  /** Runs a callback after some milliseconds. */
  readonly later: (run: () => void, ms: number) => unknown;
  /** Is told of faults of ours. Must not throw. */
  readonly fault: (thrown: unknown) => void;
}

export class Lists<Info> {
  readonly #spec: ListSpec<Info> | undefined;
  readonly #fanOut: FanOut;
  readonly #context: ListsContext;
  /** Topics that wait for their time, or whose members are being shown the list. */
  readonly #busy = new Set<OwnTopic<Info>>();
  /** Those of them that have changed since they began to be shown it. */
  readonly #changed = new Set<OwnTopic<Info>>();

  constructor(spec: ListSpec<Info> | undefined, fanOut: FanOut, context: ListsContext) {
    this.#spec = spec;
    this.#fanOut = fanOut;
    this.#context = context;
  }

  /** The members of a topic are others than before. */
  changed(topic: OwnTopic<Info>): void {
    if (this.#spec === undefined || topic.localCount === 0) return;
    if (this.#busy.has(topic)) this.#changed.add(topic);
    else if (this.#spec.afterMs === 0 && topic.localCount < gatherFrom) this.#showAll(topic);
    else this.#plan(topic, this.#spec.afterMs);
  }

  #plan(topic: OwnTopic<Info>, ms: number): void {
    this.#busy.add(topic);
    this.#context.later(() => this.#begin(topic), ms);
  }

  #begin(topic: OwnTopic<Info>): void {
    this.#changed.delete(topic);
    const waiting = topic.localCount < gatherFrom ? undefined : [...topic.locals()];
    this.#context.announcer.add({ tellSome: () => this.#showSome(topic, waiting) });
  }

  /**
   * @param waiting for the list, in a large topic; in a small one everybody is shown it at once
   * @returns whether all members have been shown the list
   */
  #showSome(topic: OwnTopic<Info>, waiting: LocalMember<Info>[] | undefined): boolean {
    try {
      if (waiting === undefined) this.#showAll(topic);
      else this.#showFirst(topic, waiting);
    } catch (thrown) {
      this.#context.fault(thrown);
    }
    if (waiting !== undefined && waiting.length > 0) return false;
    this.#busy.delete(topic);
    if (this.#changed.delete(topic)) this.#plan(topic, this.#spec?.afterMs ?? 0);
    return true;
  }

  #showAll(topic: OwnTopic<Info>): void {
    if (topic.localCount > 0) this.#fanOut.show(topic, this.#frame(topic));
  }

  /** Who has left meanwhile is shown nothing; who has come knows by the list that follows. */
  #showFirst(topic: OwnTopic<Info>, waiting: LocalMember<Info>[]): void {
    const frame = this.#frame(topic);
    for (const member of waiting.splice(0, Math.ceil(lengthPerChunk / frame.length))) {
      if (topic.members.get(member.id) !== member) continue;
      if (member.relay(frame) === "dropped") member.missed = true;
      member.peer.outbox.flush();
    }
  }

  #frame(topic: OwnTopic<Info>): string {
    return this.#spec?.frame(topic) ?? "";
  }
}
