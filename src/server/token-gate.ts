// Verifies tokens before a route is answered: no conversation begins and no handler runs before that. Which topics a
// token is good for is checked later, by the core, at each join.

import { type Carried, carriedBy } from "../auth/carried.ts";
import type { Identity } from "../auth/identity.ts";
import { closingOf, type Refusal, responseOf } from "../auth/refusal.ts";
import type { Tokens } from "../auth/tokens.ts";
import type { Peer } from "../core/peer.ts";
import type { Access, GetRoute, Opening, SocketRoute, Visit } from "../protocols/protocol.ts";
import type { AddressTable } from "./address-table.ts";

/** Refusals that are no guess at a token. */
const blameless: ReadonlySet<Refusal> = new Set(["missing", "noKey", "unavailable"]);

export class TokenGate {
  readonly #tokens: Tokens;
  readonly #addresses: AddressTable;
  /** Whether the operator requires tokens for this protocol. */
  readonly #isRequired: () => boolean;
  readonly #refused: ((refusal: Refusal, peer?: Peer) => void) | undefined;

  /** @param refused is told why a token is refused; of a peer, just before that is closed */
  constructor(
    tokens: Tokens,
    addresses: AddressTable,
    isRequired: () => boolean,
    refused?: (refusal: Refusal, peer?: Peer) => void,
  ) {
    this.#tokens = tokens;
    this.#addresses = addresses;
    this.#isRequired = isRequired;
    this.#refused = refused;
  }

  /**
   * Puts an opening behind the gate. Browsers do not show the HTTP status of an upgrade, so the upgrade is accepted
   * and a refused token closes the socket.
   */
  opening(
    route: SocketRoute,
    opening: Opening,
    request: Request,
    { url, address }: Visit,
  ): Opening {
    if (!this.#asksAt(route.access)) return opening;
    const carried = carriedBy(request, url);
    return () => this.#admit(carried, address, opening, route.refusalCode);
  }

  async #admit(
    carried: Carried,
    address: string | undefined,
    opening: Opening,
    refusalCode: number | undefined,
  ): Promise<Opening> {
    const verified = await this.#identify(carried, address);
    return (peer) => {
      const isRevoked = typeof verified !== "string" && this.#tokens.isRevoked(verified);
      const identity = isRevoked ? "revoked" : verified;
      if (typeof identity === "string") {
        this.#refused?.(identity, peer);
        return closingOf(identity, refusalCode);
      }
      peer.pass = identity;
      return opening(peer, identity);
    };
  }

  /** Wrong tokens cost an address a growing delay, so that nobody can try many. */
  async #identify(carried: Carried, address: string | undefined): Promise<Identity | Refusal> {
    if (address === undefined) return this.#tokens.identify(carried);
    const delayMs = this.#addresses.tokenDelayMs(address);
    if (delayMs > 0) await Bun.sleep(delayMs);
    const identity = await this.#tokens.identify(carried);
    if (typeof identity === "string" && !blameless.has(identity))
      this.#addresses.tokenRefused(address);
    return identity;
  }

  answer(route: GetRoute, visit: Visit, request: Request): Response | Promise<Response> {
    const isGiven =
      route.access === "token-if-given" && carriedBy(request, visit.url) !== "missing";
    return isGiven || this.#asksAt(route.access)
      ? this.#answerHolder(route, visit, request)
      : route.get(visit, request);
  }

  async #answerHolder(route: GetRoute, visit: Visit, request: Request): Promise<Response> {
    const identity = await this.#identify(carriedBy(request, visit.url), visit.address);
    if (typeof identity !== "string") return await route.get(visit, request, identity);
    this.#refused?.(identity);
    return responseOf(identity);
  }

  #asksAt(access: Access): boolean {
    switch (access) {
      case "public":
      case "token-if-given":
        return false;
      case "token":
        return true;
      case "token-if-required":
      case "same-origin":
        return this.#isRequired();
      default:
        access satisfies never;
        return true;
    }
  }
}
