// Events of clients that have not subscribed to the tag themselves.

import { expect, test } from "bun:test";
import { eventIn } from "../../contract/protocols/nostr.ts";
import { RawSocket } from "../../support/raw-socket.ts";
import { freshTopic } from "../../support/topic-client.ts";
import { describeNodes } from "../../support/two-nodes.ts";

describeNodes((start) => {
  test("an event of who has not subscribed to its tag reaches who has, the first one too", async () => {
    await using server = await start();
    const open = () => RawSocket.open(server.url, "/nostr");
    const [subscriber, publisher] = [await open(), await open()];
    const tag = freshTopic();
    subscriber.send(JSON.stringify(["REQ", "own", { "#x": [tag] }]));
    expect(await subscriber.nextJson()).toEqual(["EOSE", "own"]);
    const events = [1, 2, 3].map((n) => eventIn(tag, `${n}`));
    for (const event of events) publisher.send(JSON.stringify(["EVENT", event]));
    for (const event of events) {
      expect(await publisher.nextJson()).toEqual(["OK", event.id, true, ""]);
      expect(await subscriber.nextJson()).toEqual(["EVENT", "own", event]);
    }
  });
});
