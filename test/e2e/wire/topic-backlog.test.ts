// A member that does not read: its senders are told, and it is not left with a wrong picture.

import { expect, test } from "bun:test";
import { heard, type Joined, joinTopic, joinTwo } from "../../support/topic-client.ts";
import { describeNodes } from "../../support/two-nodes.ts";

const payload = `"${"x".repeat(60_000)}"`;

/** Relays to `to` until the server says that one found no room. @returns how many did, and that answer */
async function fill(from: Joined, to: Joined): Promise<readonly [number, readonly string[]]> {
  for (let count = 0; ; count++) {
    from.socket.send(`{"type":"offer","to":"${to.id}","payload":${payload},"msgId":"${count}"}`);
    const answer = await heard(from.socket);
    if (answer.length > 0) return [count, answer];
  }
}

describeNodes((start) => {
  test("a member whose queue is full costs its senders a frame each, and reads a fresh list later", async () => {
    await using server = await start([], { MAX_QUEUED_FRAMES: "8", BYTES_PER_SECOND: "0" });
    const [slow, sender] = await joinTwo(server.url, "queue");
    slow.socket.pause();
    const [count, answer] = await fill(sender, slow);
    expect(answer).toEqual([
      `{"type":"error","code":"dropped","message":"delivery failed","msgId":"${count}"}`,
    ]);

    // It has no room for any of this.
    const gone = await joinTopic(server.url, "queue");
    const stays = await joinTopic(server.url, "queue?metadata=[0.10]");
    gone.socket.close(1000);
    await gone.socket.gone;
    sender.socket.send(`{"type":"answer","to":"${slow.id}"}`);
    expect(await heard(sender.socket)).toEqual([
      `{"type":"peer-joined","peerId":"${gone.id}"}`,
      `{"type":"peer-joined","peerId":"${stays.id}","metadata":[0.10]}`,
      `{"type":"peer-left","peerId":"${gone.id}"}`,
      '{"type":"error","code":"dropped","message":"delivery failed"}',
    ]);

    slow.socket.resume();
    for (let number = 0; number < count; number++)
      expect(await slow.socket.next()).toBe(
        `{"type":"offer","from":"${sender.id}","payload":${payload},"msgId":"${number}"}`,
      );
    expect(await slow.socket.next()).toBe(
      `{"type":"peer-list","peers":[{"id":"${sender.id}"},{"id":"${stays.id}","metadata":[0.10]}]}`,
    );

    stays.socket.send(`{"type":"offer","to":"${slow.id}"}`);
    await heard(stays.socket);
    stays.socket.close(1000);
    await stays.socket.gone;
    expect(await heard(slow.socket)).toEqual([
      `{"type":"offer","from":"${stays.id}"}`,
      `{"type":"peer-left","peerId":"${stays.id}"}`,
    ]);
  });
});
