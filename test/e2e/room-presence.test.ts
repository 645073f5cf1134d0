// A participant whose machine vanishes: its connection stays open, and nothing comes from it any more.

import { expect } from "bun:test";
import { addresses, freshRoom, RoomClient, serverFrames, settle } from "../support/room-client.ts";
import { secret, sign } from "../support/tokens.ts";
import { testNodes } from "../support/two-nodes.ts";

/** Connects, says so, and stays: the runtime answers pings as long as its process runs. */
const program = `
  const socket = new WebSocket(process.argv[1]);
  socket.onmessage = () => console.log("here");
`;

testNodes(
  "a participant that shows no life is announced as gone, and who shows some stays",
  async (start) => {
    await using server = await start([], { JWT_SECRET: secret, WEBRTC_ROOM_PRESENCE_TTL: "5" });
    const [here] = addresses;
    const room = freshRoom();
    const { state, left } = serverFrames(here, room);
    const ann = await RoomClient.open(server.url, here, room, "ann");
    await settle(ann);
    const token = await sign({ sub: "bob" });
    const url = new URL(`${here.path}/${room}?token=${token}`, server.url).href;
    const bob = Bun.spawn([process.execPath, "-e", program, url.replace("http", "ws")], {
      stdout: "pipe",
    });
    try {
      await bob.stdout.getReader().read();
      await settle(ann);
      bob.kill("SIGSTOP");
      expect([await ann.next(), await ann.next()]).toEqual([state("ann"), left("bob")]);
      expect(await ann.heard()).toEqual([]);
      const ended = await server.logged(({ msg }) => msg === "connection ended");
      expect(ended).toMatchObject({ reason: "no sign of life" });
    } finally {
      bob.kill("SIGKILL");
      await bob.exited;
    }
  },
  60_000,
);
