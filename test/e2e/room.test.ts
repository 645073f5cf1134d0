// The room page of the compiled binary in a real browser: people with tokens, and others.

import { expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { noteConfigurations, untilItPlays } from "../support/browser.ts";
import { freshRoom } from "../support/room-client.ts";
import { ServerProcess } from "../support/server-process.ts";
import { now, secret, sign } from "../support/tokens.ts";
import { describePage, type Visitor, welcomed } from "../support/visits.ts";

const environment = {
  JWT_SECRET: secret,
  WEBRTC_MAX_PARTICIPANTS_PER_ROOM: "2",
  // Nobody listens there, and nobody outside of this machine is asked.
  WEBRTC_STUN_URLS: "stun:127.0.0.1:9",
};

describePage("the room page", environment, (site) => {
  const visit = (room: string): Promise<Visitor> => site.open(`demo/room#${room}`);

  async function join(page: Page, token: string): Promise<void> {
    await page.getByTestId("token").fill(token);
    await page.getByTestId("join").click();
  }

  /** Opens the page and joins as a user. */
  async function enter(room: string, user: string): Promise<Visitor> {
    const visitor = await visit(room);
    await join(visitor.page, await sign({ sub: user, username: `The ${user}` }));
    await welcomed(visitor.page);
    return visitor;
  }

  const connected = (page: Page) => page.locator('[data-testid="peer"][data-state="connected"]');
  const kept = (page: Page) => page.evaluate<string>("Object.values({ ...sessionStorage }).join()");
  const problem = (page: Page, words: string) =>
    page.getByTestId("problem").getByText(words).waitFor();

  async function say(page: Page, text: string): Promise<void> {
    await page.getByTestId("chat-input").fill(text);
    await page.getByTestId("chat-send").click();
  }

  test("two people see each other, talk and show their cameras, and who leaves is gone", async () => {
    const room = freshRoom();
    const ann = await visit(room);
    await ann.page.evaluate(noteConfigurations);
    await join(ann.page, await sign({ sub: "ann", username: "The ann" }));
    await welcomed(ann.page);
    const bob = await enter(room, "bob");
    await connected(ann.page).getByText("The bob").waitFor();
    expect(await ann.page.evaluate<unknown>("configurations[0].iceServers")).toEqual([
      { urls: ["stun:127.0.0.1:9"] },
    ]);
    await connected(bob.page).getByText("The ann").waitFor();
    await ann.page.getByTestId("self-name").getByText("The ann (you)").waitFor();
    await say(ann.page, "<b>hello</b> Bob");
    await bob.page.getByTestId("chat-log").getByText("<b>hello</b> Bob").waitFor();
    await Promise.all([
      ann.page.getByTestId("share-camera").click(),
      bob.page.getByTestId("share-camera").click(),
    ]);
    for (const { page } of [ann, bob]) await page.getByTestId("peer-video").evaluate(untilItPlays);
    await bob.page.getByTestId("leave").click();
    await ann.page.getByTestId("peer").waitFor({ state: "detached" });
    expect(await bob.page.getByTestId("peer").count()).toBe(0);
    expect([...ann.problems, ...bob.problems]).toEqual([]);
  });

  test("the token is in its field and in what the tab keeps, and a reload joins with it", async () => {
    const room = freshRoom();
    const { page } = await visit(room);
    const token = await sign();
    await join(page, token);
    await welcomed(page);
    expect([await page.getByTestId("token").inputValue(), await kept(page)]).toEqual([
      token,
      token,
    ]);
    const elsewhere = await page.evaluate(
      `[document.documentElement.outerHTML, location.href, document.cookie, JSON.stringify([
         history.state, { ...localStorage },
         performance.getEntries().map(({ name }) => name)])].join()`,
    );
    expect(elsewhere).toContain(room);
    for (const part of token.split(".")) expect(elsewhere).not.toContain(part);
    await page.reload();
    await welcomed(page);
    await page.getByTestId("leave").click();
    await page.reload();
    await page.getByTestId("join").waitFor();
    expect(await page.getByTestId("token").inputValue()).toBe(token);
    expect(await page.getByTestId("self-id").textContent()).toBe("");
  });

  test("of one user's tabs the one that came last has the call", async () => {
    const room = freshRoom();
    const ann = await enter(room, "ann");
    const bob = await enter(room, "bob");
    await connected(ann.page).waitFor();
    const tab = await enter(room, "ann");
    await connected(tab.page).waitFor();
    await say(tab.page, "from the second tab");
    await bob.page.getByTestId("chat-log").getByText("from the second tab").waitFor();
    expect(await bob.page.getByTestId("peer").count()).toBe(1);
    await say(bob.page, "to the second tab");
    await tab.page.getByTestId("chat-log").getByText("to the second tab").waitFor();
    expect(await ann.page.getByTestId("chat-log").getByText("tab").count()).toBe(0);
    expect([...bob.problems, ...tab.problems]).toEqual([]);
  });

  test("a token that is not good is told in plain words, and a good one gets in after it", async () => {
    const room = freshRoom();
    const { page } = await visit(room);
    const tokens: readonly (readonly [string, string])[] = [
      ["", "Refused: token missing"],
      ["a b", "Refused: token malformed"],
      [await sign({ exp: now() - 100 }), "Refused: token expired"],
      [`${(await sign()).slice(0, -4)}AAAA`, "Refused: token invalid"],
      [await sign({ rooms: ["other-*"] }), "Refused: room not allowed"],
    ];
    for (const [token, words] of tokens) {
      await join(page, token);
      await problem(page, words);
    }
    await join(page, await sign());
    await welcomed(page);
    expect(await page.getByTestId("problem").textContent()).toBe("");
  });

  test("a room that is full is told, and nobody in it notices", async () => {
    const room = freshRoom();
    const [ann] = [await enter(room, "ann"), await enter(room, "bob")];
    await connected(ann.page).waitFor();
    const cid = await visit(room);
    await join(cid.page, await sign({ sub: "cid" }));
    await problem(cid.page, "Refused: Room full");
    expect(await ann.page.getByTestId("peer").count()).toBe(1);
  });

  test("another token of the same user, and for this room, takes the place of the one before", async () => {
    const room = freshRoom();
    const { page } = await enter(room, "ann");
    const until = () => page.getByTestId("until").textContent();
    const [first, token] = [await until(), await kept(page)];
    const renew = async (claims: Record<string, unknown>) => {
      const other = await sign(claims);
      await page.getByTestId("token").fill(other);
      await page.getByTestId("renew").click();
      return other;
    };
    await renew({ sub: "bob" });
    await problem(page, "another user's");
    await renew({ sub: "ann", rooms: ["other"], exp: now() + 9000 });
    await problem(page, "Refused: room not allowed");
    expect([await until(), await kept(page)]).toEqual([first, token]);
    const second = await renew({ sub: "ann", exp: now() + 9000 });
    await page
      .getByTestId("until")
      .getByText(first ?? "", { exact: true })
      .waitFor({
        state: "detached",
      });
    expect([await page.getByTestId("problem").textContent(), await kept(page)]).toEqual([
      "",
      second,
    ]);
  });

  test("a token that expires ends the stay, and that is told", async () => {
    const { page } = await visit(freshRoom());
    // Within the leeway of 60 s. Where it takes longer than the rest of that, it is refused at once.
    await join(page, await sign({ exp: now() - 58 }));
    await problem(page, "Refused: token expired");
    await page.getByTestId("status").getByText("Not joined").waitFor();
    await page.getByTestId("join").waitFor();
  });

  test("a server that is away is counted down to, and those who are connected stay so", async () => {
    const before = await ServerProcess.start([], { JWT_SECRET: secret });
    const url = `${before.url}demo/room#${freshRoom()}`;
    const [ann, bob] = [await site.open(url), await site.open(url)];
    for (const [{ page }, sub] of [
      [ann, "ann"],
      [bob, "bob"],
    ] as const)
      await join(page, await sign({ sub }));
    await Promise.all([connected(ann.page).waitFor(), connected(bob.page).waitFor()]);
    before.signal("SIGKILL");
    await before.exited;
    await ann.page.getByTestId("countdown").getByText("next try in").waitFor();
    await say(ann.page, "still here?");
    await bob.page.getByTestId("chat-log").getByText("still here?").waitFor();
    await using _again = await ServerProcess.start([], {
      JWT_SECRET: secret,
      PORT: before.url.port,
    });
    for (const { page } of [ann, bob]) {
      const tryNow = page.getByTestId("try-now");
      await tryNow.click({ timeout: 1000 }).catch(() => undefined); // It may be in again already.
      await tryNow.waitFor({ state: "detached" });
    }
    for (const { page } of [ann, bob]) {
      await connected(page).waitFor();
      expect(
        await page
          .getByTestId("event-log")
          .getByText(/ left$/)
          .count(),
      ).toBe(0);
    }
  });

  test("a server without a key says which variable is missing, and with --dev it gives tokens", async () => {
    await using bare = await ServerProcess.start();
    const { page } = await site.open(`${bare.url}demo/room`);
    await problem(page, "Refused: no JWT key configured: set JWT_SECRET");
    expect(await page.getByTestId("share-camera").isDisabled()).toBe(true);

    await using open = await ServerProcess.start(["--dev"]);
    const url = `${open.url}demo/room#${freshRoom()}`;
    const [ann, bob] = [await site.open(url), await site.open(url)];
    await Promise.all([connected(ann.page).waitFor(), connected(bob.page).waitFor()]);
    const idOf = (page: Page) => page.getByTestId("self-id").textContent();
    const id = await idOf(ann.page);
    expect(id).not.toBe(await idOf(bob.page));
    await ann.page.reload();
    await welcomed(ann.page);
    expect(await idOf(ann.page)).toBe(id);
    expect([...ann.problems, ...bob.problems]).toEqual([]);
    await ann.page.getByTestId("leave").click();
    // A server that is away when one joins is waited for.
    open.signal("SIGKILL");
    await open.exited;
    await ann.page.getByTestId("join").click();
    await ann.page.getByTestId("countdown").getByText("next try in").waitFor();
    await ann.page.getByTestId("status").getByText("out of reach").waitFor();
    await ann.page.getByTestId("leave").click();
    await ann.page.getByTestId("countdown").waitFor({ state: "detached" });
  });
});
