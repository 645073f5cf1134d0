// Two WebRTC peers without a browser meet through the compiled binary, by the topic protocol alone.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { type RTCDataChannel, RTCPeerConnection } from "werift";
import { ServerProcess } from "../support/server-process.ts";

let server: Awaited<ReturnType<typeof ServerProcess.start>>;
beforeAll(async () => {
  server = await ServerProcess.start();
});
afterAll(() => server[Symbol.asyncDispose]());

interface Signal {
  readonly type: string;
  readonly peers?: readonly { readonly id: string }[];
  readonly from?: string;
  readonly payload?: never;
}

/** Joins the topic; whoever finds somebody there offers. Resolves with the open data channel. */
function meet(url: string): { channel: Promise<RTCDataChannel>; close: () => Promise<void> } {
  const socket = new WebSocket(url);
  const connection = new RTCPeerConnection({
    iceServers: [],
    iceAdditionalHostAddresses: ["127.0.0.1"],
  });
  const { promise: channel, resolve } = Promise.withResolvers<RTCDataChannel>();
  let partner = "";
  const send = (type: string, payload: unknown) =>
    socket.send(JSON.stringify({ type, to: partner, payload }));

  connection.onIceCandidate.subscribe((candidate) => {
    if (candidate !== undefined) send("ice-candidate", candidate.toJSON());
  });
  connection.ondatachannel = ({ channel: remote }) => resolve(remote);

  async function hear({ type, peers, from, payload }: Signal): Promise<void> {
    partner = from ?? peers?.[0]?.id ?? partner;
    if (type === "peer-list" && partner !== "") {
      const local = connection.createDataChannel("chat");
      local.onopen = () => resolve(local);
      await connection.setLocalDescription(await connection.createOffer());
      send("offer", connection.localDescription);
    } else if (type === "offer" && payload !== undefined) {
      await connection.setRemoteDescription(payload);
      await connection.setLocalDescription(await connection.createAnswer());
      send("answer", connection.localDescription);
    } else if (type === "answer" && payload !== undefined)
      await connection.setRemoteDescription(payload);
    else if (type === "ice-candidate" && payload !== undefined)
      await connection.addIceCandidate(payload);
  }

  let heard = Promise.resolve();
  socket.onmessage = ({ data }) => {
    heard = heard.then(() => hear(JSON.parse(data)));
  };
  return {
    channel,
    close: async () => {
      socket.close();
      await connection.close();
    },
  };
}

test("two peers open a data channel and exchange a message each way", async () => {
  const url = `${server.url.href.replace("http", "ws")}ws/meeting`;
  const peers = [meet(url), meet(url)];
  const channels = await Promise.all(peers.map(({ channel }) => channel));
  const heard = channels.map(
    (channel) =>
      new Promise<string>((resolve) => {
        channel.onmessage = ({ data }) => resolve(data.toString());
      }),
  );
  channels.forEach((channel, index) => {
    channel.send(`hello from ${index}`);
  });
  expect(await Promise.all(heard)).toEqual(["hello from 1", "hello from 0"]);
  await Promise.all(peers.map(({ close }) => close()));
});
