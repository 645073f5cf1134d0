// The library without a browser: in Bun, with WebRTC by werift.

import { expect, test } from "bun:test";
import { RTCPeerConnection } from "werift";
import type { Peer } from "../../src/client/api.ts";
import { join } from "../../src/client/client.ts";
import { ServerProcess } from "../support/server-process.ts";

class Loopback extends RTCPeerConnection {
  constructor() {
    super({ iceServers: [], iceAdditionalHostAddresses: ["127.0.0.1"] });
  }
}

test("two in Bun exchange values, small and large", async () => {
  await using server = await ServerProcess.start();
  const open = (name: string) =>
    join(server.url, "werift", { metadata: { name }, RTCPeerConnection: Loopback });
  const [ann, bob] = await Promise.all([open("Ann"), open("Bob")]);
  const heard = Promise.withResolvers<unknown>();
  const answered = Promise.withResolvers<unknown>();
  const large = { text: "ä".repeat(100_000) };
  const at = ann.channel("values");
  // Not at the same time: offers that cross are for browsers to show.
  const reached = await new Promise<Peer>((resolve) => at.on("open", resolve));
  const to = bob.channel("values");
  to.on("data", (value, peer) => {
    heard.resolve([value, peer.metadata]);
    void to.send(large, peer);
  });
  at.on("data", (value) => answered.resolve(value));
  void at.send(1, reached);
  expect(await heard.promise).toEqual([1, { name: "Ann" }]);
  expect(await answered.promise).toEqual(large);
  ann.leave();
  bob.leave();
}, 60_000);
