// Offers, answers and candidates: from one member to another, and what is left of them on the way.

import { beforeAll, describe, expect, test } from "bun:test";
import { opcodes } from "../../../support/raw-frame.ts";
import {
  freshTopic,
  heard,
  type Joined,
  joinTopic,
  joinTwo,
} from "../../../support/topic-client.ts";
import type { AnyServer } from "../../../support/two-nodes.ts";

export function relay(server: () => AnyServer): void {
  let from: Joined;
  let to: Joined;

  beforeAll(async () => {
    [from, to] = await joinTwo(server().url, freshTopic());
  });

  /** What the target reads when `text` is sent, and what the sender does. `$to` stands for the target. */
  async function relay(text: string): Promise<readonly string[]> {
    from.socket.send(text.replaceAll("$to", to.id));
    expect(await heard(from.socket)).toEqual([]);
    return await heard(to.socket);
  }

  describe("the target reads type, from, payload and msgId of", () => {
    test.each(["offer", "answer", "ice-candidate"])(
      "an %s, and the sender reads nothing",
      async (type) => {
        const text = `{"type":"${type}","to":"$to","payload":{"sdp":"v=0\\r\\n"},"msgId":"msg_17_1"}`;
        expect(await relay(text)).toEqual([
          `{"type":"${type}","from":"${from.id}","payload":{"sdp":"v=0\\r\\n"},"msgId":"msg_17_1"}`,
        ]);
      },
    );

    const spellings: readonly (readonly [string, string, string])[] = [
      ["a message with nothing else", '{"type":"offer","to":"$to"}', ""],
      ["a message with a payload alone", '{"type":"offer","to":"$to","payload":1}', ',"payload":1'],
      [
        "a message whose payload is null",
        '{"type":"offer","to":"$to","payload":null}',
        ',"payload":null',
      ],
      ["a message with a msgId alone", '{"type":"offer","to":"$to","msgId":"1"}', ',"msgId":"1"'],
      ["a message whose msgId is empty", '{"type":"offer","to":"$to","msgId":""}', ""],
      ["a message whose msgId is null", '{"type":"offer","to":"$to","msgId":null}', ""],
      [
        "a message in another order",
        '{"msgId":"1","payload":2,"to":"$to","type":"offer"}',
        ',"payload":2,"msgId":"1"',
      ],
      [
        "a message that says whom it is from",
        '{"type":"offer","from":"01ARZ3NDEKTSV4RRFFQ69G5FAV","to":"$to","payload":1}',
        ',"payload":1',
      ],
      ["a message from its target, it says", '{"type":"offer","from":"$to","to":"$to"}', ""],
      ["a message with a sender of another kind", '{"type":"offer","from":{"a":1},"to":"$to"}', ""],
      [
        "a message with unknown fields",
        '{"a":[{"type":"answer"}],"type":"offer","code":"x","to":"$to","Type":5,"selfId":1,"payload":2,"":{}}',
        ',"payload":2',
      ],
      [
        "a message with fields that objects have",
        '{"__proto__":{"msgId":"1"},"constructor":1,"type":"offer","to":"$to","toString":null}',
        "",
      ],
      [
        "a message with repeated fields, the last of each",
        '{"type":"ping","to":"nobody","payload":1,"msgId":"1","type":"offer","to":"$to","payload":2,"msgId":"2"}',
        ',"payload":2,"msgId":"2"',
      ],
      [
        "a message with white space wherever it may be",
        ' \t\r\n{ "type"\n:\t"offer" ,\r\n"to" : "$to" , "payload" :  [ 1 ,\n2 ]  , "msgId"\t:\t"1" } \n',
        ',"payload":[ 1 ,\n2 ],"msgId":"1"',
      ],
      [
        "a message with escapes in names and values",
        '{"\\u0074ype":"o\\u0066fer","t\\u006f":"$to","p\\u0061yload":"\\u0061","\\u006dsgId":"\\u0031"}',
        ',"payload":"\\u0061","msgId":"1"',
      ],
      [
        "a message with what looks like fields in its strings",
        '{"a":"\\",\\"to\\":\\"x\\"","type":"offer","to":"$to","payload":"\\"},{\\"type\\":\\"answer\\""}',
        ',"payload":"\\"},{\\"type\\":\\"answer\\""',
      ],
    ];

    test.each(spellings)("%s", async (_what, text, rest) => {
      expect(await relay(text)).toEqual([`{"type":"offer","from":"${from.id}"${rest}}`]);
    });
  });

  describe("msgId comes back as the same text", () => {
    const ids = [
      "msg_1700000000000_42",
      '"quoted" and \\ slashed /',
      "тема 話題 🚦",
      "line\nbreak\ttab\u0000nul\u007f\u2028",
      "<script>alert(1)</script>",
      "null",
      "__proto__",
      "\ud800 half a pair",
      "x".repeat(10_000),
    ];

    test("to the target of a relay", async () => {
      const texts = [];
      for (const msgId of ids)
        texts.push(...(await relay(JSON.stringify({ type: "offer", to: to.id, msgId }))));
      expect(texts.map((text) => JSON.parse(text))).toEqual(
        ids.map((msgId) => ({ type: "offer", from: from.id, msgId })),
      );
    });

    test("to the sender of what was refused", async () => {
      for (const msgId of ids)
        from.socket.send(JSON.stringify({ type: "offer", to: "nobody", msgId }));
      const texts = await heard(from.socket);
      expect(texts.map((text) => JSON.parse(text).msgId)).toEqual(ids);
    });
  });

  test("a peer may send to itself", async () => {
    from.socket.send(`{"type":"offer","to":"${from.id}","payload":"me"}`);
    expect(await heard(from.socket)).toEqual([
      `{"type":"offer","from":"${from.id}","payload":"me"}`,
    ]);
  });

  test("nobody but the target reads a frame", async () => {
    const topic = freshTopic();
    const [one, two] = await joinTwo(server().url, topic);
    const three = await joinTopic(server().url, topic);
    one.socket.send(`{"type":"offer","to":"${two.id}"}`);
    const joined = `{"type":"peer-joined","peerId":"${three.id}"}`;
    expect({
      one: await heard(one.socket),
      two: await heard(two.socket),
      three: await heard(three.socket),
    }).toEqual({ one: [joined], two: [joined, `{"type":"offer","from":"${one.id}"}`], three: [] });
  });

  test("a member of one topic cannot reach a member of another", async () => {
    const [here] = await joinTwo(server().url, freshTopic());
    const [there] = await joinTwo(server().url, freshTopic());
    here.socket.send(`{"type":"offer","to":"${there.id}"}`);
    expect(await heard(here.socket)).toEqual([
      '{"type":"error","code":"target_not_found","message":"peer not found"}',
    ]);
    expect(await heard(there.socket)).toEqual([]);
  });

  describe("a message is the same", () => {
    const payload = '"é🚦"';
    const message = (): Buffer =>
      Buffer.from(`{"type":"offer","to":"${to.id}","payload":${payload}}`);
    const same = (): string => `{"type":"offer","from":"${from.id}","payload":${payload}}`;

    test("in a binary frame, and still goes out as text", async () => {
      from.socket.sendBinary(message());
      await heard(from.socket);
      expect(await heard(to.socket)).toEqual([same()]);
    });

    test.each([1, 2, 7, 60])("in fragments of %d bytes", async (size) => {
      const bytes = message();
      for (let at = 0; at < bytes.length; at += size)
        from.socket.sendFrame({
          opcode: at === 0 ? opcodes.text : opcodes.continuation,
          payload: bytes.subarray(at, at + size),
          fin: at + size >= bytes.length,
        });
      await heard(from.socket);
      expect(await heard(to.socket)).toEqual([same()]);
    });
  });

  test("frames come in the order in which they were sent, all of them", async () => {
    const numbers = Array.from({ length: 3000 }, (_, number) => number);
    for (const number of numbers)
      from.socket.send(`{"type":"answer","to":"${to.id}","payload":${number}}`);
    expect(await heard(from.socket)).toEqual([]);
    expect(await heard(to.socket)).toEqual(
      numbers.map((number) => `{"type":"answer","from":"${from.id}","payload":${number}}`),
    );
  });
}
