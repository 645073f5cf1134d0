// Tokens that are given to the server in place of the one before. The server says nothing of a good token, and has one
// code for all messages that it does not take. So each token goes between two messages to a user who is not there: both are
// answered, and what is refused between the two answers is the token.

import type { Ice } from "../server-ice.ts";
import type { Token } from "./token.ts";

/** A token, and the ICE servers that the server gives for it. */
export interface TokenGrant {
  readonly token: Token;
  readonly ice: Ice;
}

/** What the server does not take, and the user that it was for, if any. */
export interface RoomProblem {
  readonly code: string;
  readonly message: string;
  readonly target?: string | undefined;
}

export interface TokenRenewalsOptions {
  /** Sends a message of the room protocol; one that there is no connection for is lost. */
  readonly send: (message: object) => void;
  readonly onTaken: (grant: TokenGrant) => void;
  /** The server did not take the token, and why. */
  readonly onRefused: (reason: string) => void;
}

interface Pending {
  readonly grant: TokenGrant;
  /** Whether the first of its two messages is answered. */
  isNext: boolean;
  refusal: string;
}

export class TokenRenewals {
  readonly #options: TokenRenewalsOptions;
  /** In the order in which they were sent, by the user who is not there. */
  readonly #pending = new Map<string, Pending>();

  constructor(options: TokenRenewalsOptions) {
    this.#options = options;
  }

  give(grant: TokenGrant): void {
    const { send } = this.#options;
    const nobody = crypto.randomUUID();
    this.#pending.set(nobody, { grant, isNext: false, refusal: "" });
    const mark = { type: "ice-candidate", payload: { target_user_id: nobody } };
    send(mark);
    send({ type: "token", payload: { token: grant.token.text } });
    send(mark);
  }

  /** There is a new connection: what the one before has not answered is given again, as far as it still matters. */
  repeat(): void {
    const latest = [...this.#pending.values()].at(-1);
    this.#pending.clear();
    if (latest !== undefined) this.give(latest.grant);
  }

  /** @returns whether this was an answer to a message of ours to nobody */
  take({ code, message, target = "" }: RoomProblem): boolean {
    const [first] = this.#pending.values();
    if (first?.isNext === true && code === "INVALID_MESSAGE") first.refusal = message;
    const pending = this.#pending.get(target);
    if (pending === undefined) return false;
    if (pending.isNext) this.#decide(target, pending);
    else pending.isNext = true;
    return true;
  }

  #decide(nobody: string, { grant, refusal }: Pending): void {
    // Messages beyond the rate are not answered: those of tokens before this one.
    for (const earlier of this.#pending.keys()) {
      this.#pending.delete(earlier);
      if (earlier === nobody) break;
    }
    if (refusal === "") this.#options.onTaken(grant);
    else this.#options.onRefused(refusal);
  }
}
