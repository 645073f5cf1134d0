// One stay in a room, from joining to leaving: the line to the server, the token, which may be renewed, and the ICE
// servers, which are asked for again before their credentials end.

import type { JoinOptions, Room } from "../../../client/api.ts";
import { join } from "../../../client/client.ts";
import { IceRenewal } from "../ice-renewal.ts";
import type { Ice } from "../server-ice.ts";
import { RoomLine } from "./room-socket.ts";
import type { Token } from "./token.ts";
import { type RoomProblem, type TokenGrant, TokenRenewals } from "./token-renewals.ts";

export interface RoomStayOptions extends TokenGrant {
  readonly room: string;
  readonly onName: (name: string) => void;
  /** The server has taken another token. */
  readonly onRenewed: (token: Token) => void;
  /** The server did not take a token: the one before is still good, as long as it lasts. */
  readonly onNotRenewed: (reason: string) => void;
  readonly onError: (code: string, message: string) => void;
}

export class RoomStay {
  readonly #options: RoomStayOptions;
  readonly #line: RoomLine;
  readonly #renewals: TokenRenewals;
  readonly #iceRenewal: IceRenewal;
  #token: Token;
  #ice: Ice;

  constructor(options: RoomStayOptions) {
    this.#options = options;
    this.#token = options.token;
    this.#ice = options.ice;
    this.#line = new RoomLine({
      room: options.room,
      userId: options.token.userId,
      token: () => this.#token.text,
      ice: () => this.#ice,
      onName: options.onName,
      onIn: () => this.#renewals.repeat(),
      onProblem: (problem) => this.#fail(problem),
    });
    this.#renewals = new TokenRenewals({
      send: (message) => this.#line.say(message),
      onTaken: (grant) => this.#use(grant),
      onRefused: options.onNotRenewed,
    });
    this.#iceRenewal = new IceRenewal({
      token: () => this.#token.text,
      onIce: (ice) => this.#useIce(ice),
    });
    this.#iceRenewal.askAfter(options.ice);
  }

  /** The last one that the server has taken. */
  get token(): Token {
    return this.#token;
  }

  /** @param options with a `signal` that ends the stay */
  enter(options: Required<Pick<JoinOptions, "signal" | "onWaiting">>): Promise<Room> {
    options.signal.addEventListener("abort", () => this.#iceRenewal.stop());
    const { WebSocket } = this.#line;
    return join(location.origin, this.#options.room, { ...options, WebSocket });
  }

  /** Gives the server another token of the same user. It counts once the server has taken it. */
  renew(grant: TokenGrant): void {
    this.#renewals.give(grant);
  }

  #use({ token, ice }: TokenGrant): void {
    this.#token = token;
    this.#iceRenewal.askAfter(ice);
    this.#useIce(ice);
    this.#options.onRenewed(token);
  }

  #useIce(ice: Ice): void {
    this.#ice = ice;
    this.#line.renewIce();
  }

  #fail(problem: RoomProblem): void {
    const isAnswer = this.#renewals.take(problem);
    // The library asks for signs of life by messages to itself, which the server does not take.
    if (!isAnswer && problem.code !== "TARGET_NOT_FOUND")
      this.#options.onError(problem.code, problem.message);
  }
}
