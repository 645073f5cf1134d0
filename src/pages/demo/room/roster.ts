// Who is in the room, as the server says, and whose signals are whose. The room knows users, and a user may
// have several pages open: signals name the page that they come from and, once known, the page that they
// are for, so that none is taken for another's. Of a user's pages the one that came last has the calls.

import type { Connector, SignalType } from "../people.ts";

export interface Participant {
  readonly user_id: string;
  readonly username: string;
}

/** What is in a signal beside the signal. Clients of other makes name no pages: they have one. */
interface Address {
  readonly target_user_id?: string;
  readonly page?: unknown;
  readonly target_page?: unknown;
}

export class Attendance {
  readonly #connector: Connector;
  readonly #selfId: string;
  /** A name of this page in this room, until the line is lost. */
  #page = "";
  /** By the user's id: the page that is connected, or is about to. */
  readonly #pages = new Map<string, unknown>();

  constructor(connector: Connector, selfId: string) {
    this.#connector = connector;
    this.#selfId = selfId;
  }

  /** The line to the server is lost: whatever comes next, is anew. */
  lost(): void {
    this.#page = "";
  }

  /**
   * Takes the list of all who are in the room. Who comes makes the offers to those who are there.
   * @returns whether this page has come with that
   */
  follow(participants: readonly Participant[]): boolean {
    const isNew = this.#page === "";
    if (isNew) {
      this.#page = crypto.getRandomValues(new Uint32Array(2)).join("-");
      this.#pages.clear();
      this.#connector.close();
    }
    const others = participants.filter(({ user_id }) => user_id !== this.#selfId);
    const present = new Set(others.map(({ user_id }) => user_id));
    for (const id of [...this.#pages.keys()]) if (!present.has(id)) this.#pages.delete(id);
    this.#connector.follow(
      others.map(({ user_id, username }) => ({ id: user_id, name: username, isPolite: isNew })),
    );
    return isNew;
  }

  /** What a signal for a user has in it beside the signal. */
  addressOf(userId: string): Address {
    const target_page = this.#pages.get(userId);
    return { target_user_id: userId, page: this.#page, target_page };
  }

  /** Takes a signal, if it is for this page, and from the right one. */
  receive(from: string, type: SignalType, payload: Address): void {
    const { page = "", target_page } = payload;
    if (target_page !== undefined && target_page !== this.#page) return;
    const known = this.#pages.get(from);
    if (known !== undefined && known !== page) {
      // Only who has just come offers to somebody whose page it does not know.
      if (type !== "offer" || target_page !== undefined) return;
      this.#connector.renew(from);
    }
    this.#pages.set(from, page);
    this.#connector.receive(from, type, payload);
  }
}
