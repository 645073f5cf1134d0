// Where an option's value comes from: the flag, else the variable, else the default.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createServer, type Server } from "node:net";
import { Program, refusal } from "../../support/program.ts";
import { joinTopic } from "../../support/topic-client.ts";

/** Which of these numbers of bytes a server takes in one message. */
async function taken(server: Program & { readonly url: URL }, sizes: readonly number[]) {
  const fits = await Promise.all(
    sizes.map(async (size) => {
      const { socket } = await joinTopic(server.url, "sizes");
      socket.send("{}".padEnd(size));
      socket.close(1000);
      return (await socket.closed).code === 1000;
    }),
  );
  return sizes.filter((_, index) => fits[index]);
}

describe("the largest message", () => {
  const sizes = [1024, 1025, 2048, 2049, 65_536, 65_537];

  test("is 65,536 bytes by default", async () => {
    await using server = await Program.serve();
    expect(await taken(server, sizes)).toEqual([1024, 1025, 2048, 2049, 65_536]);
  });

  test("is what the variable says", async () => {
    await using server = await Program.serve([], { env: { MAX_FRAME_BYTES: "1024" } });
    expect(await taken(server, sizes)).toEqual([1024]);
  });

  test.each([
    ["--max-frame-bytes 2048"],
    ["--max-frame-bytes=2048"],
    ["serve --max-frame-bytes 2048"],
  ])("is what the flag says, whatever the variable does: %s", async (args) => {
    const env = { MAX_FRAME_BYTES: "1024" };
    await using server = await Program.serve(args.split(" "), { env });
    expect(await taken(server, sizes)).toEqual([1024, 1025, 2048]);
  });

  test("is the default where the variable is empty", async () => {
    await using server = await Program.serve([], { env: { MAX_FRAME_BYTES: "" } });
    expect(await taken(server, [65_536, 65_537])).toEqual([65_536]);
  });
});

describe("the log", () => {
  /** The messages and levels that a server logs: it starts, is left by a client, closes one, stops. */
  async function logged(args: readonly string[], env: Record<string, string>) {
    await using server = await Program.serve(args, { env });
    const [leaver, babbler] = await Promise.all([
      joinTopic(server.url, "log"),
      joinTopic(server.url, "log"),
    ]);
    leaver.socket.close(1000);
    babbler.socket.send("?");
    await Promise.all([leaver.socket.gone, babbler.socket.gone]);
    server.signal("SIGTERM");
    const { stdout } = await server.ended;
    const lines = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    return lines.map(({ msg, by }) => by ?? msg.replace(/ .*/, "")).toSorted();
  }

  const all = ["client", "closing", "server", "signalbox", "stopped"];
  const most = ["closing", "server", "signalbox", "stopped"];

  test("tells of information by default", async () => {
    expect(await logged([], {})).toEqual(most);
  });

  test("tells as much as the variable says", async () => {
    expect(await logged([], { LOG_LEVEL: "debug" })).toEqual(all);
  });

  test("tells as much as the flag says, whatever the variable does", async () => {
    expect(await logged(["--log-level", "info"], { LOG_LEVEL: "error" })).toEqual(most);
    expect(await logged(["--log-level=error"], { LOG_LEVEL: "debug" })).toEqual(["signalbox"]);
  });
});

describe("the port", () => {
  let occupant: Server | undefined;

  // Unless somebody else has it, which is as good.
  beforeAll(async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    occupant = createServer().on("error", () => resolve());
    occupant.listen(8081, "127.0.0.1", () => resolve());
    await promise;
  });

  afterAll(() => occupant?.close());

  test("is 8081 by default", async () => {
    const { stderr } = await refusal([], { env: { HOST: "127.0.0.1" } });
    expect(stderr).toStartWith("signalbox: port 8081 is in use;");
  });

  test("is what the variable says, and the flag before that", async () => {
    await using first = await Program.serve();
    const { port } = first.url;
    const env = { HOST: "127.0.0.1", PORT: port };
    expect((await refusal([], { env })).stderr).toStartWith(`signalbox: port ${port} is in use;`);
    await using second = await Program.serve(["--port", "0"], { env });
    expect(second.url.port).not.toBe(port);
  });
});
