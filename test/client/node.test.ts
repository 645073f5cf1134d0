// The library under Node, as the package has it.

import { expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { bundle } from "../../src/pages/bundle.ts";
import { describeWith } from "../support/missing.ts";
import { root } from "../support/paths.ts";
import { ServerProcess } from "../support/server-process.ts";

describeWith(Bun.which("node"), "Node")("the library under Node", () => {
  test("connects two by werift and ws, with a password", async () => {
    await using server = await ServerProcess.start();
    const folder = await mkdtemp(`${tmpdir()}/client-`);
    try {
      const library = `${folder}/index.mjs`;
      await Bun.write(library, bundle("../client/client.ts"));
      const program = Bun.spawn(
        ["node", `${root}/test/client/node-program.mjs`, library, server.url.href],
        { stdout: "pipe", stderr: "pipe" },
      );
      const [heard, wrong] = await Promise.all([
        new Response(program.stdout).text(),
        new Response(program.stderr).text(),
      ]);
      expect({ heard, wrong }).toEqual({ heard: '{"from":"Node"}', wrong: "" });
    } finally {
      await rm(folder, { recursive: true });
    }
  }, 60_000);
});
