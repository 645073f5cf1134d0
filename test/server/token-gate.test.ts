// Who gets in where. No handler runs for a request whose token was not verified: before, a refused request had
// its answer made all the same, and thrown away.

import { afterEach, describe, expect, spyOn, test } from "bun:test";
import type { Identity } from "../../src/auth/identity.ts";
import { jwtSecret } from "../../src/auth/options.ts";
import { Tokens } from "../../src/auth/tokens.ts";
import type { Settings } from "../../src/options/option.ts";
import type {
  Access,
  Conversation,
  GetRoute,
  Opening,
  SocketRoute,
} from "../../src/protocols/protocol.ts";
import { TokenGate } from "../../src/server/token-gate.ts";
import { FakeNode, freeAddresses } from "../support/fake-node.ts";
import { encoded, now, secret, sign } from "../support/tokens.ts";

const settings: Settings = (option) =>
  option.name === jwtSecret.name ? (encoded(secret) as never) : option.default;

const conversation: Conversation = { receive: () => undefined, closed: () => undefined };

/** A gate, and routes behind it that write down for whom they are called. */
class Behind {
  readonly calls: (string | undefined)[] = [];
  readonly #gate: TokenGate;

  constructor(isRequired: boolean, tokens = new Tokens(settings)) {
    this.#gate = new TokenGate(tokens, freeAddresses(), () => isRequired);
  }

  /** A plain request with a token, or without one. */
  async get(access: Access, token?: string, then: GetRoute["get"] = () => new Response("in")) {
    const route: GetRoute = {
      path: "/a",
      access,
      get: (visit, request, identity) => {
        this.calls.push(identity?.userId);
        return then(visit, request, identity);
      },
    };
    const request = requestWith(token);
    const visit = { url: new URL(request.url), params: {} };
    return await this.#gate.answer(route, visit, request);
  }

  /** An upgrade; the opening that is left once the gate is passed, and what that begins with. */
  async open(access: Access, token?: string, refusalCode?: number) {
    const opening: Opening = (_peer, identity) => {
      this.calls.push(identity?.userId);
      return conversation;
    };
    const route: SocketRoute = {
      path: "/a",
      access,
      socket: () => opening,
      ...(refusalCode !== undefined && { refusalCode }),
    };
    const request = requestWith(token);
    const visit = { url: new URL(request.url), params: {} };
    const { peer } = new FakeNode().connect();
    const gated = this.#gate.opening(route, opening, request, visit);
    const begun = gated(peer);
    return { peer, begun: begun instanceof Promise ? await (await begun)(peer) : begun };
  }
}

const requestWith = (token?: string): Request =>
  new Request(`http://signalbox.test/a${token === undefined ? "" : `?token=${token}`}`);

/** Each access, and whether it asks where the operator wants tokens, and where not. */
const accesses = [
  ["public", false, false],
  ["token", true, true],
  ["token-if-required", true, false],
  ["same-origin", true, false],
] as const;

const table = accesses.flatMap(([access, ifRequired, otherwise]) => [
  { access, isRequired: true, asks: ifRequired },
  { access, isRequired: false, asks: otherwise },
]);

describe.each(table)(
  "a route that is $access, where tokens are required: $isRequired,",
  ({ access, isRequired, asks }) => {
    test("answers a good token, and is told whose it is if it asked", async () => {
      const behind = new Behind(isRequired);
      const response = await behind.get(access, await sign({ sub: "ann" }));
      expect([response.status, await response.text(), behind.calls]).toEqual([
        200,
        "in",
        [asks ? "ann" : undefined],
      ]);
    });

    test("begins with a good token, which then says what the peer may do", async () => {
      const behind = new Behind(isRequired);
      const token = await sign({ sub: "ann", rooms: ["here"] });
      const { peer, begun } = await behind.open(access, token);
      const may = ["here", "there"].map((topic) => peer.mayJoin(topic));
      expect([begun === conversation, behind.calls, may]).toEqual([
        true,
        [asks ? "ann" : undefined],
        [true, !asks],
      ]);
    });

    test("is not called for a request that is not let in, and is for all others", async () => {
      const behind = new Behind(isRequired);
      const tokens = [undefined, "", "nonsense", await sign({ exp: now() - 1000 })];
      const statuses: number[] = [];
      for (const token of tokens) statuses.push((await behind.get(access, token)).status);
      expect([statuses, behind.calls.length]).toEqual(
        asks ? [[401, 401, 401, 401], 0] : [[200, 200, 200, 200], 4],
      );
    });

    test("begins nothing for who is not let in, and closes with its own code", async () => {
      const behind = new Behind(isRequired);
      const ends: unknown[] = [];
      for (const code of [undefined, 4003]) {
        const { peer, begun } = await behind.open(access, undefined, code);
        ends.push(begun, peer.pass);
      }
      const refused = (code: number) => ({
        name: "token-refused",
        code,
        reason: "token missing",
      });
      expect(behind.calls.length).toBe(asks ? 0 : 2);
      expect(ends).toEqual(
        asks
          ? [refused(1008), undefined, refused(4003), undefined]
          : [conversation, undefined, conversation, undefined],
      );
    });
  },
);

describe("while a token is being verified", () => {
  const verifying: PromiseWithResolvers<Identity | "signature">[] = [];
  let spy: { mockRestore(): void } | undefined;

  /** A gate whose tokens are verified when the test says so. */
  function slow(): Behind {
    spy = spyOn(Tokens.prototype, "verify").mockImplementation(() => {
      const waiting = Promise.withResolvers<Identity | "signature">();
      verifying.push(waiting);
      return waiting.promise;
    });
    return new Behind(true);
  }

  afterEach(() => {
    spy?.mockRestore();
    verifying.length = 0;
  });

  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  test.each(["get", "open"] as const)("nothing of a route is called (%s)", async (kind) => {
    const behind = slow();
    const answer = behind[kind]("token", "a.b.c");
    await turn();
    const early = [verifying.length, behind.calls.length];
    verifying[0]!.resolve("signature");
    await answer;
    expect([early, behind.calls]).toEqual([[1, 0], []]);
  });

  test("no handler of a refused request can reject where nobody listens", async () => {
    const behind = slow();
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => {
      unhandled.push(reason);
    };
    process.on("unhandledRejection", note);
    let handled = 0;
    const answer = behind.get("token", "a.b.c", async () => {
      handled++;
      throw new Error("a fault");
    });
    await turn();
    verifying[0]!.resolve("signature");
    const { status } = await answer;
    await turn();
    process.off("unhandledRejection", note);
    expect([status, handled, unhandled]).toEqual([401, 0, []]);
  });
});

test("a handler that rejects after a good token rejects the answer, for the server to tell", async () => {
  const fault = new Error("a fault");
  const answer = new Behind(true).get("token", await sign(), async () => {
    throw fault;
  });
  expect(await answer.catch((thrown: unknown) => thrown)).toBe(fault);
});

test("a token in two places is refused, whichever of the two is good", async () => {
  const behind = new Behind(true);
  const token = await sign();
  const response = await behind.get("token", `${token}&token=${token}`);
  expect([response.status, await response.json(), behind.calls]).toEqual([
    401,
    { detail: "token invalid" },
    [],
  ]);
});

test("where there is no key, nobody is let in", async () => {
  const behind = new Behind(true, new Tokens((option) => option.default));
  const response = await behind.get("token", await sign());
  expect([response.status, await response.json(), behind.calls]).toEqual([
    401,
    { detail: "no JWT key configured" },
    [],
  ]);
});
