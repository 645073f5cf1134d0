// What the server refuses, in which words, and in which order it looks.

import { beforeAll, describe, expect, test } from "bun:test";
import { freshTopic, heard, type Joined, joinTwo } from "../../../support/topic-client.ts";
import type { AnyServer } from "../../../support/two-nodes.ts";

export function errors(server: () => AnyServer): void {
  let from: Joined;
  let to: Joined;

  beforeAll(async () => {
    [from, to] = await joinTwo(server().url, freshTopic());
  });

  const invalidType = '{"type":"error","code":"invalid_type","message":"unknown message type"}';
  const missingTarget = '{"type":"error","code":"missing_target","message":"to field required"}';
  const targetNotFound = '{"type":"error","code":"target_not_found","message":"peer not found"}';

  const nobody = "01ARZ3NDEKTSV4RRFFQ69G5FAV";

  describe("the sender reads invalid_type for", () => {
    const texts = [
      "{}",
      "null",
      " \t\r\nnull\n",
      " { } ",
      '{"type":"ping"}',
      '{"type":null}',
      '{"type":""}',
      '{"type":"Offer"}',
      '{"type":" offer"}',
      '{"type":"offer\\u0000"}',
      '{"type":"ice_candidate"}',
      '{"type":"candidate"}',
      '{"type":"error"}',
      '{"type":"welcome"}',
      '{"type":"peer-left"}',
      '{"type":"__proto__"}',
      '{"type":"constructor"}',
      '{"Type":"offer","TO":"$to"}',
      '{"type":"ping","to":"$to","payload":{}}',
      '{"type":"ping","to":""}',
      '{"to":"$to"}',
      '{"type":"ping","to":null,"msgId":null}',
    ];

    test.each(texts)("%j", async (text) => {
      from.socket.send(text.replaceAll("$to", to.id));
      expect(await heard(from.socket)).toEqual([invalidType]);
      expect(await heard(to.socket)).toEqual([]);
    });
  });

  describe("the sender reads missing_target for", () => {
    const texts = [
      '{"type":"offer"}',
      '{"type":"answer","to":""}',
      '{"type":"ice-candidate","to":null}',
      '{"type":"offer","payload":{"to":"$to"}}',
      '{"type":"offer","To":"$to"}',
      '{"type":"offer","msgId":""}',
    ];

    test.each(texts)("%j", async (text) => {
      from.socket.send(text.replaceAll("$to", to.id));
      expect(await heard(from.socket)).toEqual([missingTarget]);
      expect(await heard(to.socket)).toEqual([]);
    });
  });

  describe("the sender reads target_not_found for", () => {
    const texts = [
      `{"type":"offer","to":"${nobody}"}`,
      '{"type":"answer","to":"nobody"}',
      '{"type":"ice-candidate","to":" $to"}',
      '{"type":"offer","to":"$to\\u0000"}',
      '{"type":"offer","to":"*"}',
      '{"type":"offer","to":"__proto__"}',
      '{"type":"offer","to":"constructor"}',
      `{"type":"offer","to":"${"x".repeat(60_000)}"}`,
    ];

    test.each(texts.map((text) => [text.slice(0, 60), text]))("%s", async (_start, text) => {
      from.socket.send(text.replaceAll("$to", to.id));
      expect(await heard(from.socket)).toEqual([targetNotFound]);
      expect(await heard(to.socket)).toEqual([]);
    });

    test("an id in small letters", async () => {
      from.socket.send(`{"type":"offer","to":"${to.id.toLowerCase()}"}`);
      expect(await heard(from.socket)).toEqual([targetNotFound]);
    });

    test("a peer that has left", async () => {
      const [stays, goes] = await joinTwo(server().url, freshTopic());
      goes.socket.close(1000);
      await goes.socket.gone;
      stays.socket.send(`{"type":"offer","to":"${goes.id}"}`);
      expect(await heard(stays.socket)).toEqual([
        `{"type":"peer-left","peerId":"${goes.id}"}`,
        targetNotFound,
      ]);
    });
  });

  test("errors echo msgId, and the socket survives them all", async () => {
    const texts = [
      '{"msgId":"a"}',
      '{"type":"ping","msgId":"b"}',
      '{"type":"offer","msgId":"c"}',
      '{"type":"offer","to":"","msgId":"d"}',
      `{"type":"offer","to":"${nobody}","msgId":"e"}`,
      `{"msgId":"f","to":"${nobody}","type":"answer","payload":1e400}`,
      '{"type":"ping","msgId":""}',
      '{"type":"offer","msgId":null}',
      `{"type":"offer","to":"${to.id}","msgId":"g"}`,
    ];
    for (const text of texts) from.socket.send(text);
    expect(await heard(from.socket)).toEqual([
      '{"type":"error","code":"invalid_type","message":"unknown message type","msgId":"a"}',
      '{"type":"error","code":"invalid_type","message":"unknown message type","msgId":"b"}',
      '{"type":"error","code":"missing_target","message":"to field required","msgId":"c"}',
      '{"type":"error","code":"missing_target","message":"to field required","msgId":"d"}',
      '{"type":"error","code":"target_not_found","message":"peer not found","msgId":"e"}',
      '{"type":"error","code":"target_not_found","message":"peer not found","msgId":"f"}',
      invalidType,
      missingTarget,
    ]);
    expect(await heard(to.socket)).toEqual([`{"type":"offer","from":"${from.id}","msgId":"g"}`]);
  });
}
