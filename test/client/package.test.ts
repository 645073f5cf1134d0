// The library as it is handed out: its size, its types, its table of closes.

import { expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { bundle, text } from "../../src/pages/bundle.ts";
import { closesCode, closesPath } from "../support/documents.ts";
import { root } from "../support/paths.ts";

test("the library is less than 8 KB, compressed", () => {
  const code = bundle("../client/client.ts");
  expect(Bun.gzipSync(Buffer.from(code), { level: 9 }).length).toBeLessThan(8 * 1024);
});

test("the table of closes is the server's (bun run docs writes it)", async () => {
  expect(await Bun.file(closesPath).text()).toBe(closesCode());
});

test("the package has the version of the server", async () => {
  const [ours, server] = await Promise.all(
    ["src/client/package.json", "package.json"].map((path) => Bun.file(`${root}/${path}`).json()),
  );
  expect(ours.version).toBe(server.version);
});

const consumer = `
import { join, type Channel, type Peer } from "signalbox-client";

interface Cursor { x: number; y: number }

const room = await join("wss://host", "room", { getToken: () => "t", metadata: { name: "Ann" } });
const cursor: Channel<Cursor> = room.channel<Cursor>("cursor", { ordered: false, maxRetransmits: 0 });
cursor.on("data", ({ x, y }, peer) => void [x, y, peer.id]);
// @ts-expect-error: a cursor has two numbers
cursor.send({ x: 1 });
// @ts-expect-error: there is no such event
room.on("joined", () => {});
room.on("peer", (peer: Peer) => peer.on("track", (track, stream) => void [track.kind, stream?.id]));
room.on("state", (state) => state === "away");
const taken: boolean = await cursor.send({ x: 1, y: 2 }, [...room.peers.values()][0]);
const stop: () => void = room.publish(new MediaStream());
room.leave();
export const all = [taken, stop];
`;

test("its types hold for an application at TypeScript's strictest", async () => {
  await using folder = await temporary();
  const write = (path: string, content: string) => Bun.write(`${folder.path}/${path}`, content);
  const types = `${text("../client/api.ts")}\nexport declare const join: Join;\n`;
  const installed = "node_modules/signalbox-client";
  await write(`${installed}/package.json`, text("../client/package.json"));
  await write(`${installed}/index.d.ts`, types);
  await write("app.ts", consumer);
  const compilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    module: "nodenext",
    target: "esnext",
    lib: ["esnext", "dom"],
    types: [],
    noEmit: true,
  };
  await write("package.json", '{ "type": "module" }');
  await write("tsconfig.json", JSON.stringify({ compilerOptions, include: ["app.ts"] }));
  const compiler = Bun.spawn([`${root}/node_modules/.bin/tsc`, "--project", folder.path], {
    stdout: "pipe",
  });
  expect(await new Response(compiler.stdout).text()).toBe("");
  expect(await compiler.exited).toBe(0);
});

async function temporary() {
  const path = await mkdtemp(`${tmpdir()}/client-`);
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}
