// The JavaScript of the document that the clients of the room protocol are made by, as it is written there,
// in a real browser; and the same through a real coturn.

import { afterEach, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { Browser } from "playwright-core";
import { borrowBrowser, chromiumPath, closePages } from "../support/browser.ts";
import { Coturn, turnserverPath } from "../support/coturn.ts";
import { describeWith } from "../support/missing.ts";
import { converse } from "../support/second-brain-page.ts";
import { ServerProcess } from "../support/server-process.ts";
import { secret, sign } from "../support/tokens.ts";

const timeout = 60_000;
setDefaultTimeout(timeout);

const turnSecret = "a secret of server and coturn";

describeWith(chromiumPath, "Chromium")("pages of the clients' document", () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await borrowBrowser();
  }, timeout);
  afterEach(() => closePages(browser), timeout);

  test("reach each other", async () => {
    // Nobody listens there, and nobody outside of this machine is asked.
    const stun = { WEBRTC_STUN_URLS: "stun:127.0.0.1:9" };
    await using server = await ServerProcess.start([], { JWT_SECRET: secret, ...stun });
    expect(await converse(browser, server.url)).toEqual({
      present: ["bob", "ann"],
      heard: "Hello, you said",
      path: ["host", expect.any(String)],
      problems: [],
    });
  });

  describeWith(turnserverPath, "coturn")("with coturn", () => {
    test("reach each other by it alone, where the server says so", async () => {
      await using coturn = await Coturn.start(turnSecret);
      await using server = await ServerProcess.start([], {
        JWT_SECRET: secret,
        WEBRTC_TURN_URLS: coturn.url,
        WEBRTC_TURN_SECRET: turnSecret,
        WEBRTC_ICE_TRANSPORT_POLICY: "relay",
      });
      expect(await converse(browser, server.url)).toEqual({
        present: ["bob", "ann"],
        heard: "Hello, you said",
        path: ["relay", "relay"],
        problems: [],
      });
    });
  });
});

describeWith(turnserverPath, "coturn")("coturn with the document's directives", () => {
  /** The credentials that a server hands out to each user. */
  async function credentialsOf(
    coturn: Coturn,
    ttl: number,
    users: readonly string[],
  ): Promise<readonly (readonly [string, string])[]> {
    await using server = await ServerProcess.start([], {
      JWT_SECRET: secret,
      WEBRTC_TURN_URLS: coturn.url,
      WEBRTC_TURN_SECRET: turnSecret,
      WEBRTC_TURN_TTL: String(ttl),
    });
    const tokens = await Promise.all(users.map((sub) => sign({ sub })));
    const answers = tokens.map(async (token) => {
      const headers = { Authorization: `Bearer ${token}` };
      const response = await fetch(`${server.url}webrtc/config`, { headers });
      const { iceServers } = (await response.json()) as {
        readonly iceServers: readonly [{ readonly username: string; readonly credential: string }];
      };
      const [{ username, credential }] = iceServers;
      return [username, credential] as const;
    });
    return await Promise.all(answers);
  }

  async function credentials(coturn: Coturn, ttl: number): Promise<readonly [string, string]> {
    const [ofAlice] = await credentialsOf(coturn, ttl, ["alice"]);
    return ofAlice!;
  }

  // Both wait for most of their time.
  test.concurrent("takes the credentials of the server, and none that are altered or expired", async () => {
    await using coturn = await Coturn.start(turnSecret);
    const [username, credential] = await credentials(coturn, 600);
    const [expiry, user] = username.split(":");
    const altered: readonly (readonly [string, string])[] = [
      [`${expiry}:mallory`, credential],
      [`${Number(expiry) + 3600}:${user}`, credential],
      [username, `${credential.startsWith("A") ? "B" : "A"}${credential.slice(1)}`],
    ];
    for (const each of altered) expect(await coturn.lets(...each)).toBe(false);

    const short = await credentials(coturn, 1);
    // coturn counts whole seconds, and lets in within the last.
    const until = (Number.parseInt(short[0], 10) + 1) * 1000;
    while (Date.now() <= until) await Bun.sleep(until - Date.now() + 1);
    expect(await coturn.lets(...short)).toBe(false);

    // All of that was refused for what it was: the same user gets in.
    expect(await coturn.lets(username, credential)).toBe(true);
  });

  test.concurrent("takes those of a user of any id, and none is too long for browsers", async () => {
    const taken = ["a:b@example.org", "auth0|5f", "é", "漢".repeat(165)];
    // What coturn takes for an attack, and what is too long for STUN.
    const refused = [
      "Ann Lee",
      "O'Neill",
      'a"b',
      "a\\b",
      "a\nb",
      "a\0b",
      "Union-Select",
      "漢".repeat(166),
    ];
    await using coturn = await Coturn.start(turnSecret);
    const all = await credentialsOf(coturn, 600, [...taken, ...refused]);
    const names = all.map(([username]) => username.slice(username.indexOf(":") + 1));
    expect(names.slice(0, taken.length)).toEqual(taken);
    expect(new Set(names).size).toBe(names.length);
    for (const [username] of all) expect(Buffer.byteLength(username)).toBeLessThan(509);
    const lets = await Promise.all(all.map((each) => coturn.lets(...each)));
    expect(lets).toEqual(all.map(() => true));
  });
});
