// The stream demo of the compiled binary in a real browser: one broadcasts, others watch, each in a context
// of its own, as on devices of their own.

import { expect, test } from "bun:test";
import type { Locator, Page } from "playwright-core";
import { noteConfigurations } from "../support/browser.ts";
import { ServerProcess } from "../support/server-process.ts";
import { describePage, type Visitor, welcomed } from "../support/visits.ts";

/**
 * Runs in the page: looks at each frame of the video until one shows something, and on until another one,
 * later by a while, shows something else. (The page's policy forbids what would poll from outside.)
 */
const watchFrames = `(async () => {
  const video = document.querySelector('[data-testid="video"]');
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [32, 18];
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const look = async () => {
    await new Promise((resolve) => video.requestVideoFrameCallback(resolve));
    context.drawImage(video, 0, 0, 32, 18);
    const { data } = context.getImageData(0, 0, 32, 18);
    const sum = data.reduce((sum, value, at) => sum + (at % 4 === 3 ? 0 : value), 0);
    return { brightness: sum / (32 * 18 * 3), picture: data.join(), time: video.currentTime };
  };
  let before = await look();
  while (before.brightness < 5) before = await look();
  let after = await look();
  while (after.time < before.time + 0.3 || after.picture === before.picture) after = await look();
  return [before, after];
})()`;

interface Look {
  /** From 0, black, to 255. */
  readonly brightness: number;
  /** A text that differs when the picture does. */
  readonly picture: string;
  readonly time: number;
}

// Nobody listens there, and nobody outside of this machine is asked.
const environment = { WEBRTC_STUN_URLS: "stun:127.0.0.1:9" };

describePage("the stream page", environment, (site) => {
  /** Opens the page and waits until the server has given it a session. */
  async function visit(space: string): Promise<Visitor> {
    const visitor = await site.open(`demo/stream#${space}`);
    await welcomed(visitor.page);
    return visitor;
  }

  const activity = (page: Page, name: string) =>
    page.locator(`[data-testid="stage"][data-activity="${name}"]`).waitFor();

  /** Waits until the picture is there and has changed. @returns the two looks at it */
  async function watch(page: Page): Promise<readonly [Look, Look]> {
    await activity(page, "playing");
    return await page.evaluate(watchFrames);
  }

  async function expectPlaying(...pages: readonly Page[]): Promise<void> {
    for (const [before, after] of await Promise.all(pages.map(watch))) {
      expect(before.brightness).toBeGreaterThan(5);
      expect(after.time).toBeGreaterThan(before.time);
      expect(after.picture).not.toBe(before.picture);
    }
  }

  test("two watch what one broadcasts, and find the next when that one goes", async () => {
    const [ann, bob, bea] = await Promise.all([visit("many"), visit("many"), visit("many")]);
    await bea.page.getByTestId("broadcast-canvas").click();
    await expectPlaying(ann.page, bob.page);
    await bea.page.getByTestId("viewers").getByText("2 watching").waitFor();

    await bea.page.goto("about:blank");
    await Promise.all([activity(ann.page, "seeking"), activity(bob.page, "seeking")]);
    const next = await visit("many");
    await next.page.getByTestId("broadcast-canvas").click();
    await expectPlaying(ann.page, bob.page);
    await next.page.getByTestId("viewers").getByText("2 watching").waitFor();
    expect([ann, bob, bea, next].flatMap(({ problems }) => problems)).toEqual([]);
  });

  test("the camera takes the place of the drawing, and who stops watches", async () => {
    const [ann, bea] = await Promise.all([visit("camera"), visit("camera")]);
    await bea.page.getByTestId("broadcast-canvas").click();
    await expectPlaying(ann.page);
    await bea.page.getByTestId("broadcast-camera").click();
    await ann.page.getByTestId("event-log").locator("text=/: connected$/").nth(1).waitFor();
    await expectPlaying(ann.page);
    await bea.page.getByTestId("broadcast-camera").click();
    await ann.page.getByTestId("broadcast-canvas").click();
    await expectPlaying(bea.page);
    expect([...ann.problems, ...bea.problems]).toEqual([]);
  });

  test("a camera that is allowed after another choice, or after the end, is turned off", async () => {
    const { page, problems } = await visit("before");
    await page.evaluate(`{
      const { mediaDevices } = navigator;
      const open = mediaDevices.getUserMedia.bind(mediaDevices);
      mediaDevices.getUserMedia = (wish) => new Promise((resolve) => {
        window.allow = async () => {
          const camera = await open(wish);
          resolve(camera);
          while (camera.getTracks().some(({ readyState }) => readyState === "live"))
            await new Promise((resolve) => setTimeout(resolve, 20));
        };
      });
      window.WebSocket = class extends WebSocket {
        constructor(...options) {
          super(...options);
          window.socket = this;
        }
      };
      location.hash = "late";
    }`);
    await page.getByTestId("status").getByText("In late").waitFor();
    const [camera, canvas] = ["broadcast-camera", "broadcast-canvas"].map((name) =>
      page.getByTestId(name),
    ) as [Locator, Locator];
    await camera.click();
    await canvas.click();
    await activity(page, "broadcasting");
    await page.evaluate("allow()");
    expect(await canvas.getAttribute("aria-pressed")).toBe("true");

    await camera.click();
    await page.evaluate(
      `socket.dispatchEvent(new CloseEvent("close", { code: 4001, reason: "token expired" }))`,
    );
    await page.getByTestId("problem").getByText("Refused: token expired").waitFor();
    await page.evaluate("allow()");
    // Nobody watches, or broadcasts, without a server.
    await page.getByText("ICE servers", { exact: true }).click();
    await page.getByTestId("ice-servers").fill("stun:127.0.0.1:9");
    await page.getByTestId("ice-servers").blur();
    expect(await page.getByTestId("stage").getAttribute("data-activity")).toBeNull();
    expect(await page.getByTestId("video").count()).toBe(0);
    expect(problems).toEqual([]);
  });

  test("nobody connects before the server has said by which policy", async () => {
    const [ann, bea] = await Promise.all([visit("policy"), visit("policy")]);
    const { promise: isDue, resolve: answer } = Promise.withResolvers<void>();
    for (const { page } of [ann, bea]) {
      await page.addInitScript(noteConfigurations);
      await page.route("**/ice", async (route) => {
        await isDue;
        await route.fulfill({ json: { iceServers: [], iceTransportPolicy: "relay" } });
      });
      await page.reload();
      await welcomed(page);
    }
    await bea.page.getByTestId("broadcast-canvas").click();
    await bea.page.getByRole("button", { name: "Stop" }).waitFor();
    answer();
    await ann.page
      .getByTestId("event-log")
      .getByText(/: offers$/)
      .first()
      .waitFor();
    for (const { page } of [ann, bea])
      expect(
        await page.evaluate<unknown>("configurations.map((each) => each.iceTransportPolicy)[0]"),
      ).toBe("relay");
  });

  test("a picture goes on when the server has ended, as it does not pass through it", async () => {
    await using other = await ServerProcess.start();
    const open = () => site.open(`${other.url}demo/stream#gone`);
    const [ann, bea] = await Promise.all([open(), open()]);
    await bea.page.getByTestId("broadcast-canvas").click();
    await expectPlaying(ann.page);
    other.signal("SIGKILL");
    await other.exited;
    await ann.page.getByTestId("status").getByText("out of reach").waitFor();
    await expectPlaying(ann.page);
  });

  test("a server that wants tokens is told of, and nobody broadcasts to it", async () => {
    await using strict = await ServerProcess.start([], {
      AUTH: "required",
      JWT_SECRET: "a secret of the tests, 32 bytes or more",
    });
    const { page } = await site.open(`${strict.url}demo/stream#strict`);
    await page.getByTestId("problem").getByText("Refused: token missing").waitFor();
    expect(await page.getByTestId("broadcast-canvas").isDisabled()).toBe(true);
  });
});
