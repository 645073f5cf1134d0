// What the start page is told of this server as it is now: its figures, for those to whom the operator shows them, and
// what is not set up, for this machine alone.

import * as v from "valibot";
import { hasKey } from "../../auth/options.ts";
import type { OperatorSource } from "../../operator/source.ts";
import type { Settings } from "../../options/option.ts";
import type { GetRoute } from "../../protocols/protocol.ts";
import { protocols } from "../../protocols/protocols.ts";
import { showFigures } from "../show-figures.ts";
import { openProtocolsOf } from "../token-gate-options.ts";
import { isThisMachine } from "./this-machine.ts";

const keyVariables = ["JWT_SECRET", "JWT_PUBLIC_KEY_FILE", "JWKS_URL"] as const;

type Perform = OperatorSource["perform"];

/** Something that is not set up. */
interface Notice {
  readonly text: string;
  /** The environment variables that change it: all of them, or any one. */
  readonly variables: readonly string[];
  readonly needs: "all" | "one";
}

/**
 * `GET /start.json`: `{"figures":{"at":s,"nodes":n,"connections":n,"topics":n,"frames":n,"shownTo":"…"},"notices":[…]}`.
 * `frames` is how many all nodes have got and sent since they started, `at` the time in seconds.
 * Whoever may see neither gets `{}`. No page of another origin may read it.
 */
export const startRoute = (settings: Settings, perform: Perform): GetRoute => {
  const figures = new SharedFigures(perform);
  return {
    path: "/start.json",
    access: "same-origin",
    get: async ({ remoteAddress = "" }, { headers }) => {
      const isHere = isThisMachine(remoteAddress, headers);
      const shownTo = settings(showFigures);
      const isShown = shownTo === "everybody" || (shownTo === "loopback" && isHere);
      return Response.json({
        ...(isShown && { figures: { ...(await figures.get()), shownTo } }),
        ...(isHere && { notices: noticesOf(settings) }),
      });
    },
  };
};

function noticesOf(settings: Settings): readonly Notice[] {
  const asking = protocols.filter(({ asksForTokens }) => asksForTokens === true);
  const names = asking.map(({ guide }) => guide.title).join(", ");
  const notices: Notice[] = [];
  if (openProtocolsOf(settings).length + asking.length === protocols.length)
    notices.push({
      text: `Anybody who reaches this server may use all protocols but ${names}. To ask for tokens, set`,
      variables: hasKey(settings) ? ["AUTH=required"] : ["AUTH=required", keyVariables[0]],
      needs: "all",
    });
  if (!hasKey(settings))
    notices.push({
      text: `Nobody can use ${names}: there is no key that verifies tokens. Set`,
      variables: keyVariables,
      needs: "one",
    });
  return notices;
}

/** Milliseconds for which an answer of all nodes is good, however many ask. */
const freshMs = 1000;

const stats = v.object({
  nodes: v.number(),
  connections: v.number(),
  topics: v.number(),
  framesReceived: v.number(),
  framesSent: v.number(),
});

/** The figures of all nodes, asked for once a second at most. */
class SharedFigures {
  readonly #perform: Perform;
  #askedAt = Number.NEGATIVE_INFINITY;
  #answer: Promise<object> = Promise.resolve({});

  constructor(perform: Perform) {
    this.#perform = perform;
  }

  get(): Promise<object> {
    if (performance.now() - this.#askedAt >= freshMs) {
      this.#askedAt = performance.now();
      this.#answer = this.#ask();
    }
    return this.#answer;
  }

  async #ask(): Promise<object> {
    const { body } = await this.#perform({ method: "GET", path: "/api/v1/stats" });
    const { framesReceived, framesSent, ...now } = v.parse(stats, body);
    return { at: Date.now() / 1000, ...now, frames: framesReceived + framesSent };
  }
}
