// The demo page of the compiled binary in a real browser: what a person would try first.

import { expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { untilItPlays } from "../support/browser.ts";
import { ServerProcess } from "../support/server-process.ts";
import { describePage, type Visitor, welcomed } from "../support/visits.ts";

// Nobody listens there, and nobody outside of this machine is asked.
const environment = { WEBRTC_STUN_URLS: "stun:127.0.0.1:9" };

/** Runs in the page: the last piece of each file is read once `goOn` is called. */
const holdFiles = `{
  const read = Blob.prototype.arrayBuffer;
  Blob.prototype.arrayBuffer = async function () {
    if (this.size < 262144) await new Promise((resolve) => { window.goOn = resolve; });
    return read.call(this);
  };
}`;

/** Runs in the page: resolves once a file waits for its last piece. */
const isHeld = `(async () => {
  while (!window.goOn) await new Promise((resolve) => setTimeout(resolve, 20));
})()`;

const goOn = "window.goOn = goOn()";

/** Runs in the page before anything else: keeps the latest connection, as `connection`. */
const noteConnection = `
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(configuration) {
      super(configuration);
      window.connection = this;
    }
  };
`;

/** Runs in the page: the browser says that the connection has failed, though there is a path. */
const fail = `{
  Object.defineProperty(connection, "connectionState", { value: "failed" });
  connection.dispatchEvent(new Event("connectionstatechange"));
}`;

describePage("the demo page", environment, (site) => {
  /** Opens the page and waits until the server has given it an id. */
  async function visit(topic: string): Promise<Visitor> {
    const visitor = await site.open(`demo#${topic}`);
    await welcomed(visitor.page);
    return visitor;
  }

  const connected = (page: Page) => page.locator('[data-testid="peer"][data-state="connected"]');

  async function say(page: Page, text: string): Promise<void> {
    await page.getByTestId("chat-input").fill(text);
    await page.getByTestId("chat-send").click();
  }

  test("two visitors exchange messages over a real data channel", async () => {
    const ada = await visit("two");
    const bob = await visit("two");
    await Promise.all([connected(ada.page).waitFor(), connected(bob.page).waitFor()]);
    await say(ada.page, "<b>hello</b> Bob");
    await say(bob.page, "hello Ada");
    await ada.page.getByTestId("chat-log").getByText("hello Ada").waitFor();
    await bob.page.getByTestId("chat-log").getByText("<b>hello</b> Bob").waitFor();
    await connected(ada.page).and(ada.page.locator('[data-path="direct"]')).waitFor();
    expect([...ada.problems, ...bob.problems]).toEqual([]);
  });

  test("a camera is seen by those who are there and by those who come later", async () => {
    const ada = await visit("camera");
    const bob = await visit("camera");
    await connected(ada.page).waitFor();
    await ada.page.getByTestId("share-camera").click();
    const carol = await visit("camera");
    for (const { page } of [bob, carol]) {
      await page.getByTestId("peer-video").evaluate(untilItPlays);
    }
    // The microphone of the tests beeps once a second.
    await bob.page.locator('[data-testid="peer"][data-speaking="true"]').waitFor();
    const mute = ada.page.getByTestId("mute");
    await mute.click();
    expect(await mute.textContent()).toBe("Unmute");
    await bob.page.getByTestId("peer").getByText("muted").waitFor();
    await ada.page.getByTestId("camera-off").click();
    await bob.page.getByTestId("peer-video").waitFor({ state: "hidden" });
    await ada.page.getByTestId("self-video").waitFor({ state: "detached" });
    await ada.page.getByTestId("camera-off").click();
    await mute.click();
    await bob.page.getByTestId("peer-video").waitFor();
    await bob.page.getByTestId("peer").getByText("muted").waitFor({ state: "detached" });
    await ada.page.getByTestId("share-camera").click();
    await bob.page.getByTestId("peer-video").waitFor({ state: "detached" });
    expect([...ada.problems, ...bob.problems, ...carol.problems]).toEqual([]);
  });

  test("a screen is seen beside the camera, and as wide as the page", async () => {
    const [ada, bob] = [await visit("screen"), await visit("screen")];
    await connected(ada.page).waitFor();
    await ada.page.getByTestId("share-camera").click();
    await ada.page.getByTestId("share-screen").click();
    const screen = bob.page.getByTestId("peer-screen");
    await Promise.all([
      screen.evaluate(untilItPlays),
      bob.page.getByTestId("peer-video").evaluate(untilItPlays),
    ]);
    const widthOf = async (name: string) =>
      (await bob.page.getByTestId(name).boundingBox())?.width ?? 0;
    expect(await widthOf("peer-screen")).toBeGreaterThan((await widthOf("peers")) - 10);
    await ada.page.getByTestId("share-screen").click();
    await screen.waitFor({ state: "detached" });
    await bob.page.getByTestId("peer-video").waitFor();
    expect([...ada.problems, ...bob.problems]).toEqual([]);
  });

  test("a file arrives as it was, with its progress on both sides", async () => {
    const [ada, bob] = [await visit("file"), await visit("file")];
    await connected(ada.page).waitFor();
    const bytes = Buffer.from(crypto.getRandomValues(new Uint8Array(65_536)));
    const buffer = Buffer.concat(Array.from({ length: 40 }, () => bytes));
    const file = { name: "<b>.bin", mimeType: "application/octet-stream", buffer };
    await ada.page.getByTestId("file-input").setInputFiles(file);
    for (const [{ page }, who] of [
      [ada, "to 1 person"],
      [bob, "from "],
    ] as const) {
      const item = page.locator('[data-testid="file"][data-state="complete"]');
      await item.getByText("<b>.bin").waitFor();
      expect(await item.textContent()).toContain(`2.5 MiB, ${who}`);
    }
    const download = bob.page.waitForEvent("download");
    await bob.page.getByTestId("save-file").click();
    expect((await download).suggestedFilename()).toMatch(/bin$/);
    expect(Bun.hash(await Bun.file(await (await download).path()).bytes())).toBe(Bun.hash(buffer));
    expect([...ada.problems, ...bob.problems]).toEqual([]);
  });

  test("a file ends on both sides when either cancels it, or another connection is made", async () => {
    const ada = await visit("ends");
    await ada.page.addInitScript(noteConnection);
    await ada.page.reload();
    await welcomed(ada.page);
    const bob = await visit("ends");
    await connected(ada.page).waitFor();
    await ada.page.evaluate(holdFiles);
    const file = ({ page }: Visitor, name: string, state: string) =>
      page.locator(`[data-testid="file"][data-state="${state}"]`).getByText(name).waitFor();
    for (const [name, state, end] of [
      ["first.bin", "cancelled", bob],
      ["second.bin", "cancelled", ada],
      ["third.bin", "interrupted", "replaced"],
    ] as const) {
      const sent = { name, mimeType: "application/octet-stream", buffer: Buffer.alloc(300_000) };
      await ada.page.getByTestId("file-input").setInputFiles(sent);
      await ada.page.evaluate(isHeld);
      await file(bob, name, "going");
      if (end === "replaced") {
        await ada.page.evaluate(fail);
        await file(bob, name, state);
      } else {
        await end.page.getByRole("button", { name: `Cancel ${name}` }).click();
        await file(ada, name, state);
      }
      await ada.page.evaluate(goOn);
      for (const each of [ada, bob]) await file(each, name, state);
    }
    await connected(bob.page).waitFor();
    expect(await ada.page.getByTestId("cancel-file").count()).toBe(0);
    expect([...ada.problems, ...bob.problems]).toEqual([]);
  });

  test("who leaves disappears, and who reloads comes back under a new id", async () => {
    const ada = await visit("leave");
    const bob = await visit("leave");
    await connected(ada.page).waitFor();
    const before = await bob.page.getByTestId("self-id").textContent();
    await bob.page.reload();
    await welcomed(bob.page);
    expect(await bob.page.getByTestId("self-id").textContent()).not.toBe(before);
    await connected(ada.page).waitFor();
    await bob.page.context().close();
    await ada.page.getByTestId("peer").waitFor({ state: "detached" });
  });

  test("a server that is away is counted down to, and those who are connected stay so", async () => {
    const key = { RESUME_KEY: "a key of the tests, 32 bytes or more" };
    const before = await ServerProcess.start([], key);
    const visits = [`${before.url}demo#away`, `${before.url}demo#away`].map((url) =>
      site.open(url),
    );
    const [ada, bob] = (await Promise.all(visits)) as [Visitor, Visitor];
    await Promise.all([connected(ada.page).waitFor(), connected(bob.page).waitFor()]);
    const id = await ada.page.getByTestId("self-id").textContent();
    before.signal("SIGKILL");
    await before.exited;
    await ada.page.getByTestId("try-now").waitFor();
    await ada.page
      .getByTestId("event-log")
      .getByText(/No connection to the server .*; next try in/)
      .first()
      .waitFor();
    await say(ada.page, "still here?");
    await bob.page.getByTestId("chat-log").getByText("still here?").waitFor();
    await using _again = await ServerProcess.start([], { ...key, PORT: before.url.port });
    await ada.page
      .getByTestId("try-now")
      .click({ timeout: 1000 })
      .catch(() => undefined); // It may be in again already.
    for (const { page } of [ada, bob]) {
      await page.getByTestId("try-now").waitFor({ state: "hidden" });
      await page.getByTestId("status").getByText("In away").waitFor();
      await connected(page).waitFor();
    }
    expect(await ada.page.getByTestId("self-id").textContent()).toBe(id);
    expect(
      await bob.page
        .getByTestId("event-log")
        .getByText(/ left$/)
        .count(),
    ).toBe(0);
  });

  test("what the server refuses is said, and there is nothing to share with", async () => {
    await using strict = await ServerProcess.start([], {
      AUTH: "required",
      JWT_SECRET: "a secret of the tests, 32 bytes or more",
    });
    const { page } = await site.open(`${strict.url}demo#strict`);
    const problem = (of: Page, words: string) =>
      of.getByTestId("problem").getByText(words).waitFor();
    await problem(page, "Refused: token missing");
    const long = await site.open(`demo#${"x".repeat(256)}`);
    await problem(long.page, "Refused: the topic's name is too long");
    for (const each of [page, long.page]) {
      expect(await each.getByTestId("join").textContent()).toBe("Join");
      for (const name of ["share-camera", "share-screen", "chat-send", "send-file"])
        expect(await each.getByTestId(name).isDisabled()).toBe(true);
    }
  });
});
