import { expect, test } from "bun:test";
import type { Waiting } from "../../src/client/api.ts";
import type { ServerFrame } from "../../src/client/frames.ts";
import { Line } from "../../src/client/line.ts";
import { FakePlatform, settled } from "./fakes.ts";

const welcome = { type: "welcome", selfId: "me", resume: "r1", resumeSeconds: 30 };
const back = (resume: string) => ({ ...welcome, resume, resumed: true });
const left = { type: "peer-left", peerId: "x" };

async function open(getToken?: () => string | Promise<string>) {
  const platform = new FakePlatform();
  const heard: ServerFrame[] = [];
  const waits: Waiting[] = [];
  const refusals: unknown[] = [];
  const line = new Line(
    {
      url: "wss://host/ws/topic",
      query: { ice: "true" },
      getToken,
      onFrame: (frame) => heard.push(frame),
      onWaiting: (waiting) => waits.push(waiting),
      onRefused: (code, reason) => refusals.push([code, reason]),
    },
    platform,
  );
  await settled();
  return { platform, heard, waits, refusals, line };
}

const queryOf = (platform: FakePlatform) => Object.fromEntries(platform.socket.url.searchParams);

test("a line that is lost comes back to its membership, and says how many frames it has", async () => {
  const { platform, heard, waits } = await open();
  expect(queryOf(platform)).toEqual({ ice: "true", resume: "new" });
  platform.socket.says(welcome, { type: "peer-list", peers: [] }, left);
  platform.socket.ends(1006);
  expect(waits).toMatchObject([{ code: 1006, reason: "" }]);
  await platform.pass(2000);
  expect(queryOf(platform)).toEqual({ ice: "true", resume: "r1", received: "3" });
  platform.socket.says(back("r2"), left);
  platform.socket.ends(1012, "server restarting");
  await platform.pass(2000);
  expect(queryOf(platform)).toMatchObject({ resume: "r2", received: "5" });
  expect(heard).toHaveLength(5);
});

test("a membership that is a fresh one is counted from its welcome", async () => {
  const { platform } = await open();
  platform.socket.says(welcome, left);
  platform.socket.ends(1006);
  await platform.pass(2000);
  platform.socket.says({ ...welcome, selfId: "other", resume: "r9", resumed: false }, left);
  platform.socket.ends(1006);
  await platform.pass(2000);
  expect(queryOf(platform)).toMatchObject({ resume: "r9", received: "2" });
});

test("pauses grow with jitter to 1 s while the membership is kept, and later to 15 s of 30", async () => {
  const { platform, waits } = await open();
  platform.socket.says(welcome);
  platform.socket.ends(1012, "server restarting");
  for (let n = 0; n < 40; n++) {
    await platform.pass(waits.at(-1)!.retryMs);
    platform.socket.ends(1006);
  }
  const pauses = waits.map(({ retryMs }) => retryMs);
  expect(pauses.slice(0, 4)).toEqual([250, 500, 1000, 1000]);
  expect(pauses.at(-1)).toBe(15_000);
  expect(platform.sockets).toHaveLength(41);
});

test("a close that says never ends it, by code and reason", async () => {
  for (const [code, reason] of [
    [1008, "room not allowed"],
    [4002, "resumed elsewhere"],
    [4000, "closed by the operator"],
    [4001, "token revoked"],
  ] as const) {
    const { platform, waits, refusals } = await open();
    platform.socket.says(welcome);
    platform.socket.ends(code, reason);
    await platform.pass(100_000);
    expect(waits).toEqual([]);
    expect(refusals).toEqual([[code, reason]]);
    expect(platform.sockets).toHaveLength(1);
  }
});

test("a close by code 1008 for being too fast is one to come back from", async () => {
  const { platform, waits } = await open();
  platform.socket.ends(1008, "too fast");
  expect(waits).toMatchObject([{ code: 1008, reason: "too fast", retryMs: 500 }]);
  waits[0]!.retryNow();
  await settled();
  expect(platform.sockets).toHaveLength(2);
  waits[0]!.retryNow();
  await platform.pass(5000);
  expect(platform.sockets).toHaveLength(2);
});

test("messages wait while there is no line, and go to the same membership only", async () => {
  const { platform, line } = await open();
  platform.socket.says(welcome);
  platform.socket.ends(1006);
  line.send({ type: "offer", to: "b", payload: 1 });
  await platform.pass(2000);
  platform.socket.says(back("r2"));
  expect(platform.socket.sent).toEqual([{ type: "offer", to: "b", payload: 1 }]);
  platform.socket.ends(1006);
  line.send({ type: "offer", to: "b", payload: 2 });
  await platform.pass(2000);
  platform.socket.says({ ...welcome, selfId: "other", resumed: false });
  expect(platform.socket.sent).toEqual([]);
});

test("a line that says nothing is tried after 25 s, and left after 5 more without being heard as leaving", async () => {
  const { platform, waits } = await open();
  const { socket } = platform;
  socket.says(welcome);
  await platform.pass(25_000);
  expect(socket.sent).toEqual([{ type: "ice-candidate", to: "me" }]);
  socket.says({ type: "ice-candidate", from: "me" });
  await platform.pass(25_000);
  await platform.pass(5000);
  expect(socket.closedWith).toBe(4000);
  expect(platform.sockets).toHaveLength(2);
  expect(queryOf(platform)).toMatchObject({ resume: "r1", received: "2" });
  expect(waits).toEqual([]);
});

test("an attempt that is not answered ends after 10 s", async () => {
  const { platform, waits } = await open();
  await platform.pass(10_000);
  expect(platform.sockets[0]!.closedWith).toBe(4000);
  expect(waits).toMatchObject([{ code: 1006, reason: "no answer" }]);
});

test("another network takes another socket at once; a page that is seen again tries its own", async () => {
  const { platform } = await open();
  platform.socket.says(welcome);
  await platform.changeNetwork();
  expect(platform.sockets).toHaveLength(2);
  // What comes on the old one comes again on the new one.
  platform.sockets[0]!.says(left);
  platform.socket.ends(1006);
  await platform.show();
  expect(queryOf(platform)).toMatchObject({ resume: "r1", received: "1" });
  platform.socket.says(back("r2"));
  await platform.show();
  expect(platform.socket.sent).toEqual([{ type: "ice-candidate", to: "me" }]);
});

test("a token is asked for before each attempt, and again at four fifths of its time", async () => {
  const jwt = (name: string) => {
    const claims = { sub: name, exp: Math.floor(Date.now() / 1000) + 100 };
    return `h.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.s`;
  };
  const tokens = [jwt("one"), jwt("two")];
  const { platform } = await open(() => tokens.shift() ?? Promise.reject(new Error("no more")));
  const first = platform.socket.protocols[1];
  expect(platform.socket.protocols).toEqual(["bearer", expect.any(String)]);
  platform.socket.says(welcome);
  let passed = 0;
  while (platform.sockets.length < 2) {
    platform.socket.says({ type: "peer-left", peerId: "x" });
    await platform.pass(1000);
    passed += 1;
  }
  expect([79, 80]).toContain(passed);
  expect(platform.sockets[0]!.closedWith).toBe(4000);
  expect(platform.socket.protocols[1]).not.toBe(first);
  expect(queryOf(platform)).toMatchObject({ resume: "r1" });
});

test("a token that cannot be had is a reason to wait", async () => {
  const { platform, waits } = await open(() => Promise.reject(new Error("signed out")));
  expect(platform.sockets).toEqual([]);
  expect(waits).toMatchObject([{ code: 1006, reason: "Error: signed out" }]);
});

test("closing says that it leaves, and nothing comes after that", async () => {
  const { platform, line, heard } = await open();
  platform.socket.says(welcome);
  line.close();
  platform.socket.says(left);
  platform.socket.ends(1006);
  await platform.pass(100_000);
  await platform.changeNetwork();
  expect(platform.socket.closedWith).toBe(1000);
  expect(platform.sockets).toHaveLength(1);
  expect(heard).toHaveLength(1);
});
