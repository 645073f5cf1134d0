// What a peer says of itself when it joins: JSON of at most 4 KiB, which the others get as it was written.

import { describe, expect, test } from "bun:test";
import { request } from "../../../support/raw-http.ts";
import { upgradeHeaders } from "../../../support/raw-upgrade.ts";
import { freshTopic, joinTopic } from "../../../support/topic-client.ts";
import type { AnyServer } from "../../../support/two-nodes.ts";

export function metadata(server: () => AnyServer): void {
  const query = (metadata: string): string => `?metadata=${encodeURIComponent(metadata)}`;

  const encoded = (text: string): string =>
    Buffer.from(text).toString("hex").replaceAll(/../g, "%$&");

  /** What one peer reads of another whose query is `query`: in the peer list, and when it joins. */
  async function seen(query: string): Promise<readonly [string, string, string]> {
    const topic = freshTopic();
    const before = await joinTopic(server().url, topic);
    const { id } = await joinTopic(server().url, topic + query);
    const joined = await before.socket.next();
    before.socket.close(1000);
    await before.socket.gone;
    const { list } = await joinTopic(server().url, topic);
    return [id, joined, list];
  }

  const shown = (id: string, metadata: string): readonly [string, string, string] => [
    id,
    `{"type":"peer-joined","peerId":"${id}","metadata":${metadata}}`,
    `{"type":"peer-list","peers":[{"id":"${id}","metadata":${metadata}}]}`,
  ];

  describe("metadata reaches the others as it was written", () => {
    const texts: readonly (readonly [string, string])[] = [
      ["an object", '{"name":"Ada","color":"#ff0000"}'],
      ["a nested object", '{"a":{"b":[1,{"c":null},[[]]],"d":{}},"e":true}'],
      ["an array", "[1,2,3]"],
      ["a string", '"Ada"'],
      ["a number", "42"],
      ["a number of many digits", "12345678901234567890.0123456789"],
      ["a number that no double holds", "1e400"],
      ["a number with zeros at its end", '{"x":-0.10}'],
      ["null", "null"],
      ["false", "false"],
      ["spaces and lines", '{ "a" :\n\t[ 1 , 2 ] }'],
      ["a repeated key", '{"a":1,"a":2}'],
      ["keys that objects have by themselves", '{"__proto__":{"a":1},"constructor":null}'],
      ["escapes", '"\\u0041\\/\\ud800\\n\\""'],
      ["other scripts", '"тема 話題 🚦\u2028"'],
      ["characters with a meaning in queries", '"a+b&c=d#e%20;f"'],
      ["what would end the frame", '"\\"}]}"'],
    ];

    test.each(texts)("%s", async (_what, text) => {
      const [id, ...frames] = await seen(query(text));
      expect([id, ...frames]).toEqual([...shown(id, text)]);
    });

    test("with spaces that are pluses, as URLSearchParams has it", async () => {
      const metadata = '{"name": "Ada Lovelace"}';
      const [id, ...frames] = await seen(`?${new URLSearchParams({ v: "1", metadata })}`);
      expect([id, ...frames]).toEqual([...shown(id, metadata)]);
    });

    const longest: readonly (readonly [string, string, string])[] = [
      ["4096 bytes", "", `"${"x".repeat(4094)}"`],
      ["4096 bytes in 2049 characters", "", `"${"é".repeat(2047)}"`],
      ["4096 bytes of nesting", "", `${"[".repeat(2048)}${"]".repeat(2048)}`],
    ];

    test.each(longest)("%s", async (_what, _topic, text) => {
      const [id, ...frames] = await seen(query(text));
      expect([id, ...frames]).toEqual([...shown(id, text)]);
    });

    test("at its longest, of the longest topic, both encoded throughout", async () => {
      const topic = encoded("x".repeat(255));
      const metadata = `"${"x".repeat(4094)}"`;
      const { id } = await joinTopic(server().url, `${topic}?metadata=${encoded(metadata)}`);
      const { list } = await joinTopic(server().url, topic);
      expect(list).toBe(`{"type":"peer-list","peers":[{"id":"${id}","metadata":${metadata}}]}`);
    });
  });

  test("metadata is left out where a peer gave none", async () => {
    const [id, ...frames] = await seen("?other=1");
    expect(frames).toEqual([
      `{"type":"peer-joined","peerId":"${id}"}`,
      `{"type":"peer-list","peers":[{"id":"${id}"}]}`,
    ]);
  });

  describe("an upgrade gets 400 for metadata", () => {
    const texts: readonly (readonly [string, string])[] = [
      ["of no characters", ""],
      ["that is no JSON", "Ada"],
      ["that ends too early", '{"name":"Ada"'],
      ["with more behind it", '{"name":"Ada"}}'],
      ["in single quotes", "{'name':'Ada'}"],
      ["without quotes around a key", "{name:1}"],
      ["with a comma too many", "[1,]"],
      ["with a line break in a string", '"a\nb"'],
      ["with a comment", "{} // Ada"],
      ["with a leading zero", "01"],
      ["that is not a number", "NaN"],
      ["that is undefined", "undefined"],
      ["of 4097 bytes", `"${"x".repeat(4095)}"`],
      ["of 4097 bytes, the last a space", `"${"x".repeat(4094)}" `],
      ["of 4098 bytes in 2050 characters", `"${"é".repeat(2048)}"`],
    ];

    test.each(texts)("%s", async (_what, text) => {
      const { status } = await request(server().url, "GET", `/ws/a${query(text)}`, upgradeHeaders);
      expect(status).toBe(400);
    });
  });
}
