// Where an option's value comes from: the flag, else the variable, else the default.

import { describe, expect, test } from "bun:test";
import { occupy } from "../../support/occupant.ts";
import { Program, refusal } from "../../support/program.ts";
import { request } from "../../support/raw-http.ts";
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
    const said = lines.map(({ msg, by }) => by ?? msg.replace(/ .*/, ""));
    return [...new Set(said)].toSorted();
  }

  const all = [
    "client",
    "closing",
    "connection",
    "joined",
    "left",
    "server",
    "signalbox",
    "stopped",
  ];
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
  /** What a server says that is to listen where somebody else does. */
  async function refused(args: readonly string[], env: Record<string, string>): Promise<string> {
    const { stderr } = await refusal(args, { env: { HOST: "127.0.0.1", ...env } });
    return stderr.replace(/;.*\n$/, "");
  }

  test("is 8081 by default", async () => {
    await using _occupant = await occupy(8081);
    expect(await refused([], {})).toBe("signalbox: port 8081 is in use");
  });

  test("is what the variable says", async () => {
    await using occupant = await occupy(0);
    const PORT = String(occupant.port);
    expect(await refused([], { PORT })).toBe(`signalbox: port ${PORT} is in use`);
  });

  test("is what the flag says, whatever the variable does", async () => {
    await using occupant = await occupy(0);
    const PORT = String(occupant.port);
    expect(await refused(["--port", PORT], { PORT: "0" })).toBe(
      `signalbox: port ${PORT} is in use`,
    );
    expect(await refused(["-p", PORT], { PORT: "0" })).toBe(`signalbox: port ${PORT} is in use`);
    await using server = await Program.serve(["--port", "0"], { env: { PORT } });
    expect(server.url.port).not.toBe(PORT);
  });
});

describe("a flag that is true or false", () => {
  const statusOf = async (args: readonly string[], env: Record<string, string> = {}) => {
    await using server = await Program.serve(args, { env });
    return (await request(server.url, "GET", "/api/signaling/status")).status;
  };

  test.each([["--y-webrtc-status"], ["--y-webrtc-status true"], ["--y-webrtc-status=1"]])(
    "means true without a value, as in %s",
    async (args) => {
      expect(await statusOf(args.split(" "))).toBe(200);
    },
  );

  test("may have one, which wins over the variable", async () => {
    const env = { Y_WEBRTC_STATUS: "true" };
    expect(await statusOf([], env)).toBe(200);
    expect(await statusOf(["--y-webrtc-status", "false"], env)).toBe(404);
    expect(await statusOf(["--y-webrtc-status"], { Y_WEBRTC_STATUS: "false" })).toBe(200);
  });
});
