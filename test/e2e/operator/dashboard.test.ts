// The dashboard of operators in a real browser, under load, on two nodes.

import { afterEach, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { admin, adminEnvironment, adminToken } from "../../support/admin.ts";
import { borrowBrowser, chromiumPath, closePages } from "../../support/browser.ts";
import { ClusterOfNodes } from "../../support/cluster.ts";
import { describeWith } from "../../support/missing.ts";
import { RawSocket } from "../../support/raw-socket.ts";
import { redisProgram } from "../../support/redis-server.ts";
import { ServerProcess } from "../../support/server-process.ts";
import { until } from "../../support/talkers.ts";
import { freshTopic, type Joined, joinTopic } from "../../support/topic-client.ts";

// Browsers take their time on a busy machine.
setDefaultTimeout(60_000);

interface Opened {
  readonly page: Page;
  /** Where it asked for something. */
  readonly origins: ReadonlySet<string>;
  readonly problems: readonly string[];
}

describeWith(chromiumPath, "Chromium")("the dashboard", () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await borrowBrowser();
  });
  afterEach(() => closePages(browser));

  async function open(url: URL, password?: string): Promise<Opened> {
    const context = await browser.newContext(
      password === undefined ? {} : { httpCredentials: { username: "", password } },
    );
    const page = await context.newPage();
    const origins = new Set<string>();
    const problems: string[] = [];
    page.on("request", (request) => origins.add(new URL(request.url()).host));
    page.on("websocket", (socket) => origins.add(new URL(socket.url()).host));
    page.on("pageerror", ({ message }) => problems.push(message));
    page.on("console", (message) => {
      if (message.type() === "error") problems.push(message.text());
    });
    await page.goto(url.href);
    await page.getByTestId("state").getByText("live").waitFor();
    return { page, origins, problems };
  }

  const shows = (page: Page, name: string, value: string): Promise<void> =>
    page.getByTestId(name).getByText(value, { exact: true }).waitFor();

  /** Sends to the other without pause, and to nobody now and then. @returns ends it */
  function talk(from: Joined, to: Joined): () => void {
    const talking = setInterval(() => {
      for (const id of [to.id, to.id, to.id, "nobody"])
        from.socket.send(`{"type":"offer","to":"${id}"}`);
    }, 20);
    return () => clearInterval(talking);
  }

  describeWith(redisProgram, "Redis")("of two nodes", () => {
    test("shows what goes on at both, finds a topic, and closes a connection of the other", async () => {
      await using nodes = await ClusterOfNodes.start(2, adminEnvironment);
      const [near, far] = [nodes.nodes[0]!, nodes.nodes[1]!];
      await until(
        async () => (await admin(near, "GET", "/nodes")).body.nodes.length === 2,
        "the other node is not known",
      );
      const topic = freshTopic();
      const ann = await joinTopic(near.url, topic);
      const bob = await joinTopic(far.url, topic);
      const { page, origins, problems } = await open(near.operators, adminToken);
      await shows(page, "connections", "2");
      await shows(page, "nodes", "2");

      const stop = talk(ann, bob);
      for (const name of ["now received", "now delivered", "now not there"])
        await page.getByTestId(name).filter({ hasNotText: /^0$/ }).waitFor();
      await page.getByTestId("failed relays/s").filter({ hasNotText: /^0$/ }).waitFor();
      stop();

      const topics = page.getByRole("region", { name: "Topics" });
      await topics.getByLabel("Name begins with").fill(`${topic}-is-none`);
      await topics.getByText("No topic is like that.").waitFor();
      await topics.getByLabel("Name begins with").fill(topic);
      await topics.getByRole("button", { name: "Members" }).click();
      const members = page.getByRole("region", { name: `Members of ${topic}` });
      const close = members
        .getByRole("row")
        .filter({ hasText: bob.id })
        .getByRole("button", { name: "Close" });
      await close.click();
      const asked = page.getByRole("dialog");
      await asked.getByRole("button", { name: "Cancel" }).click();
      await close.click();
      await asked.getByRole("button", { name: "Close" }).click();
      expect(await bob.socket.closed).toEqual({ code: 4000, reason: "closed by the operator" });
      await members.getByText(bob.id).waitFor({ state: "detached" });
      await shows(page, "connections", "1");
      await page.getByRole("listitem").filter({ hasText: "1 closed: operator" }).waitFor();

      far.signal("SIGTERM");
      await page
        .getByRole("listitem")
        .filter({ hasText: /node \w+ is gone/ })
        .waitFor();
      await shows(page, "nodes", "1");
      expect([[...origins], problems]).toEqual([[near.operators.host], []]);
    });
  });

  describe("of one node", () => {
    test("closes nothing without a token, shows refusals, and comes back with the server", async () => {
      const first = await ServerProcess.start(["--max-connections", "1"]);
      const { port } = first.url;
      const operatorPort = first.operators.port;
      await joinTopic(first.url, freshTopic());
      const { page, problems } = await open(first.operators);
      const close = page
        .getByRole("region", { name: "Connections" })
        .getByRole("button", { name: "Close" });
      await close.waitFor();
      expect(await close.isDisabled()).toBe(true);
      await page.getByText("this page shows what goes on, and closes nothing").waitFor();
      const refused = await RawSocket.open(first.url, "/ws/full").catch(String);
      expect(refused).toContain("this server is full");
      await page.getByRole("listitem").filter({ hasText: "1 refused: full" }).waitFor();
      expect(problems).toEqual([]);

      await first[Symbol.asyncDispose]();
      await page.getByTestId("state").getByText("out of reach").waitFor();
      await using _again = await ServerProcess.start(["--admin-port", operatorPort], {
        PORT: port,
      });
      await page.getByTestId("state").getByText("live").waitFor();
      await shows(page, "connections", "0");
    });

    test("is served with a policy that lets nothing else in", async () => {
      await using server = await ServerProcess.start();
      const { headers } = await fetch(server.operators);
      const policy = headers.get("Content-Security-Policy") ?? "";
      expect(policy).toStartWith("default-src 'none'; script-src 'self'; style-src 'self'");
      expect(policy).not.toContain("unsafe");
    });
  });
});
