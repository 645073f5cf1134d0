// Which topic an address names: one percent-decoded segment of the path, of 1 to 255 bytes.

import { describe, expect, test } from "bun:test";
import { request } from "../../../support/raw-http.ts";
import { upgradeHeaders } from "../../../support/raw-upgrade.ts";
import { joinTopic } from "../../../support/topic-client.ts";
import type { AnyServer } from "../../../support/two-nodes.ts";

export function names(server: () => AnyServer): void {
  /** Whether peers that join at these two addresses meet. */
  async function meet(one: string, other: string): Promise<boolean> {
    const first = await joinTopic(server().url, one);
    const second = await joinTopic(server().url, other);
    first.socket.destroy();
    second.socket.destroy();
    await Promise.all([first.socket.gone, second.socket.gone]);
    return second.list.includes(first.id);
  }

  const encoded = (text: string): string =>
    Buffer.from(text).toString("hex").replaceAll(/../g, "%$&");

  describe("two addresses name one topic", () => {
    const pairs: readonly (readonly [string, string, string])[] = [
      ["when they are the same", "room-1", "room-1"],
      ["however much of it is encoded", "abc", "%61b%63"],
      ["whatever the case of the digits", "caf%C3%A9", "caf%c3%a9"],
      ["whatever follows the name", "query", "query?metadata=1&other=2"],
      ["with a slash in it", "a%2Fb", "%61%2f%62"],
      ["with a plus in it", "a+b", "a%2Bb"],
      ["of every ASCII character", encoded(allOfAscii()), encodeURIComponent(allOfAscii())],
      ["of other scripts", encoded("тема-話題-🚦"), encodeURIComponent("тема-話題-🚦")],
      ["that looks like an object's own", "__proto__", "%5F%5Fproto%5F%5F"],
    ];

    test.each(pairs)("%s", async (_how, one, other) => {
      expect(await meet(one, other)).toBe(true);
    });
  });

  function allOfAscii(): string {
    return Array.from({ length: 128 }, (_, code) => String.fromCharCode(code)).join("");
  }

  describe("two addresses name different topics", () => {
    const pairs: readonly (readonly [string, string, string])[] = [
      ["when only the case differs", "case", "Case"],
      ["when one has a plus and one a space", "c+d", "c%20d"],
      ["when one is encoded twice", "e%2Ff", "e%252Ff"],
      ["when one has a space at its end", "end", "end%20"],
      ["when one accent is a character of its own", "%C3%A9", "e%CC%81"],
      ["when one ends with NUL", "nul", "nul%00"],
      ["when one is the beginning of the other", "begin", "beginning"],
    ];

    test.each(pairs)("%s", async (_how, one, other) => {
      expect(await meet(one, other)).toBe(false);
    });
  });

  describe("a topic's name may have", () => {
    const names: readonly (readonly [string, string])[] = [
      ["1 byte", "1"],
      ["255 bytes", "x".repeat(255)],
      ["255 bytes, all of them encoded", encoded("x".repeat(255))],
      ["255 bytes in 128 characters", encodeURIComponent(`${"é".repeat(127)}x`)],
      ["252 bytes in 63 characters", encodeURIComponent("🚦".repeat(63))],
    ];

    test.each(names)("%s", async (_length, name) => {
      expect(await meet(name, name)).toBe(true);
    });
  });

  describe("an upgrade gets 400 for a topic", () => {
    const names: readonly (readonly [string, string])[] = [
      ["of 256 bytes", "x".repeat(256)],
      ["of 256 bytes in 128 characters", encodeURIComponent("é".repeat(128))],
      ["that is not UTF-8", "%ff"],
      ["that ends within a character", "caf%c3"],
      ["that is half of a surrogate pair", "%ed%a0%bd"],
      ["that is written longer than it may be", "%c0%af"],
      ["with a percent sign alone", "100%"],
      ["with digits that are none", "%zz"],
    ];

    test.each(names)("%s", async (_what, name) => {
      expect(await request(server().url, "GET", `/ws/${name}`, upgradeHeaders)).toMatchObject({
        status: 400,
        headers: { "access-control-allow-origin": "*" },
      });
    });
  });
}
