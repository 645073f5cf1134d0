// Sends clients of topics fresh ICE servers before their credentials end. One look at the clock serves all of them: those
// whose credentials last equally long are due in the order in which they were told.

import type { Clock } from "../../core/clock.ts";
import type { Peer } from "../../core/peer.ts";
import type { IceGrant } from "../../ice/grant.ts";
import type { Conversation, Opening } from "../protocol.ts";
import { frames } from "./wire.ts";

/** The part of their time after which credentials are renewed. */
const renewAfter = 0.8;

export class IceRenewals {
  readonly #clock: Clock;
  readonly #grant: (userId: string | undefined) => IceGrant;
  /** By how long credentials last: when each is due, by the clock. */
  readonly #due = new Map<number, Map<Renewed, number>>();

  constructor(clock: Clock, grant: (userId: string | undefined) => IceGrant) {
    this.#clock = clock;
    this.#grant = grant;
    clock.everyStep(() => this.#step());
  }

  /** What a client is told at first. @param userId see `iceGrant` */
  first(userId: string | undefined): IceGrant {
    return this.#grant(userId);
  }

  /** Renews what a client was told, from when its conversation begins until its connection ends. */
  during(
    begun: ReturnType<Opening>,
    peer: Peer,
    userId: string | undefined,
    { iceSeconds }: IceGrant,
  ): ReturnType<Opening> {
    if (iceSeconds === undefined) return begun;
    if (begun instanceof Promise)
      return begun.then(
        (next) => (again, identity) =>
          this.during(next(again, identity), again, userId, { iceServers: [], iceSeconds }),
      );
    if ("code" in begun) return begun;
    const renewed = new Renewed(begun, peer, userId, () =>
      this.#due.get(iceSeconds)?.delete(renewed),
    );
    this.#add(renewed, iceSeconds);
    return renewed;
  }

  #add(renewed: Renewed, seconds: number): void {
    const due = this.#due.get(seconds) ?? new Map<Renewed, number>();
    this.#due.set(seconds, due.set(renewed, this.#clock.seconds + seconds * renewAfter));
  }

  #step(): void {
    for (const [seconds, due] of this.#due)
      for (const [renewed, at] of due) {
        if (at > this.#clock.seconds) break;
        due.delete(renewed);
        renewed.peer.send(frames.ice(this.#grant(renewed.userId)));
        this.#add(renewed, seconds);
      }
  }
}

/** A conversation whose client is sent fresh ICE servers. */
class Renewed implements Conversation {
  readonly peer: Peer;
  readonly userId: string | undefined;
  readonly #inner: Conversation;
  readonly #ended: () => void;

  constructor(inner: Conversation, peer: Peer, userId: string | undefined, ended: () => void) {
    this.#inner = inner;
    this.peer = peer;
    this.userId = userId;
    this.#ended = ended;
  }

  receive(text: string): ReturnType<Conversation["receive"]> {
    return this.#inner.receive(text);
  }

  failed(...how: Parameters<NonNullable<Conversation["failed"]>>): void {
    this.#inner.failed?.(...how);
  }

  tooFast(retrySeconds: number): void {
    this.#inner.tooFast?.(retrySeconds);
  }

  closed(code: number): void {
    this.#ended();
    this.#inner.closed(code);
  }
}
