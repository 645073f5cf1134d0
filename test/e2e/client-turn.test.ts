// A call that goes through a real coturn, whose credentials end while it lasts.

import { describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Page } from "playwright-core";
import { chromiumPath } from "../support/browser.ts";
import { Coturn, turnserverPath } from "../support/coturn.ts";
import { isThere } from "../support/missing.ts";
import {
  becomes,
  calm,
  connected,
  goesOn,
  logOf,
  pictures,
  RoomPages,
} from "../support/room-pages.ts";
import { ServerProcess } from "../support/server-process.ts";

setDefaultTimeout(120_000);

/** For which the credentials last. coturn counts whole seconds. */
const ttl = 6;

const isSkipped = !isThere(turnserverPath, "coturn") || !isThere(chromiumPath, "Chromium");

interface Credentials {
  readonly username: string;
  readonly credential: string;
}

/** What the page has by now. coturn knows a user by when the credentials end, in seconds since 1970. */
const credentials =
  "[...room.peers.values()][0].connection.getConfiguration().iceServers.find(({ username }) => username)";
const path = "[...room.peers.values()][0].stats().then(({ path }) => path)";

const credentialsOf = async (page: Page): Promise<Credentials> =>
  (await page.evaluate(credentials)) as Credentials;

/** Waits until the credentials have ended, and others are there. */
async function outlives(page: Page, { username }: Credentials): Promise<Credentials> {
  const end = Number.parseInt(username, 10);
  await becomes(
    page,
    `Date.now() / 1000 > ${end} && Number.parseInt(${credentials}.username) > ${end}`,
  );
  return await credentialsOf(page);
}

describe.skipIf(isSkipped)("a call over a TURN server", () => {
  test("goes on when the credentials end with which it began, and those after them", async () => {
    await using coturn = await Coturn.start("a secret of server and coturn");
    await using server = await ServerProcess.start([], {
      WEBRTC_TURN_SECRET: "a secret of server and coturn",
      WEBRTC_TURN_URLS: coturn.url,
      WEBRTC_TURN_TTL: `${ttl}`,
      WEBRTC_ICE_TRANSPORT_POLICY: "relay",
      ICE_OPEN: "true",
    });
    await using rooms = await RoomPages.start(server.url);
    const { pages } = await rooms.room(server.url, 2, { isCall: true });
    await calm(pages);
    const before = await Promise.all(pages.map(credentialsOf));
    for (const [index, page] of pages.entries())
      await outlives(page, await outlives(page, before[index]!));
    await connected(pages);
    for (const [index, page] of pages.entries()) {
      await goesOn(page, await pictures(page));
      expect(await page.evaluate(path)).toBe("relay");
      expect(await page.evaluate("connections.size")).toBe(1);
      expect(new Set(await logOf(page))).toEqual(new Set(["negotiates"]));
      const { username, credential } = before[index]!;
      expect(await coturn.lets(username, credential)).toBe(false);
    }
  });
});
