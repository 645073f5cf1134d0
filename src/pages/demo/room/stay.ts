// One stay in a room, from joining to leaving: the line to the server, the token, which may be renewed, and the ICE
// servers, which are asked for again before their credentials end.

import type { JoinOptions, Room } from "../../../client/api.ts";
import { join } from "../../../client/client.ts";
import { fetchIce, type Ice } from "../server-ice.ts";
import { RoomLine } from "./room-socket.ts";
import type { Token } from "./token.ts";

export interface RoomStayOptions {
  readonly room: string;
  readonly token: Token;
  readonly ice: Ice;
  readonly onName: (name: string) => void;
  /** The server did not take a token that was to replace the one before, and why. */
  readonly onNotRenewed: (reason: string) => void;
  readonly onError: (code: string, message: string) => void;
}

export class RoomStay {
  readonly #options: RoomStayOptions;
  readonly #line: RoomLine;
  #token: Token;
  #tokenBefore: Token | undefined;
  #ice: Ice;
  #refresh: ReturnType<typeof setTimeout> | undefined;

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
      onError: (code, message) => this.#fail(code, message),
    });
    this.#refreshLater();
  }

  get token(): Token {
    return this.#token;
  }

  /** @param options with a `signal` that ends the stay */
  enter(options: Required<Pick<JoinOptions, "signal" | "onWaiting">>): Promise<Room> {
    options.signal.addEventListener("abort", () => clearTimeout(this.#refresh));
    const { WebSocket } = this.#line;
    return join(location.origin, this.#options.room, { ...options, WebSocket });
  }

  /** Goes on with another token of the same user, and the ICE servers that it was given. */
  renew(token: Token, ice: Ice): void {
    this.#tokenBefore = this.#token;
    this.#token = token;
    this.#line.renewToken();
    this.#renewIce(ice);
  }

  #fail(code: string, message: string): void {
    this.#options.onError(code, message);
    if (code !== "INVALID_MESSAGE" || this.#tokenBefore === undefined) return;
    this.#token = this.#tokenBefore;
    this.#tokenBefore = undefined;
    this.#options.onNotRenewed(message);
  }

  #renewIce(ice: Ice): void {
    this.#ice = ice;
    this.#line.renewIce();
    this.#refreshLater();
  }

  #refreshLater(): void {
    clearTimeout(this.#refresh);
    const { iceSeconds } = this.#ice;
    if (iceSeconds === undefined) return;
    this.#refresh = setTimeout(async () => {
      const answer = await fetchIce(this.#token.text);
      this.#renewIce(answer !== undefined && "ice" in answer ? answer.ice : this.#ice);
    }, iceSeconds * 500);
  }
}
