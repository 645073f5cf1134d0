import { expect, test } from "bun:test";
import { matchboxDriver } from "../../src/bench/matchbox-driver.ts";

const seat = { topic: "1", index: 0 };
const [ann, bob, cid] = ["a", "b", "c"].map((letter) =>
  `${"x".repeat(8)}-xxxx-xxxx-xxxx-${"x".repeat(12)}`.replaceAll("x", letter),
);

const kindsOf = (client: ReturnType<typeof matchboxDriver.begin>, texts: readonly string[]) =>
  texts.map((text) => {
    const bytes = Buffer.from(`..${text}`);
    return client.kindOf(bytes, 2, bytes.length);
  });

test("who is there first says hello to the first newcomer, and is paired with it", () => {
  const client = matchboxDriver.begin(seat);
  const heard = [
    `{"IdAssigned":"${ann}"}`,
    `{"NewPeer":"${bob}"}`,
    `{"NewPeer":"${cid}"}`,
    `{"PeerLeft":"${cid}"}`,
    '{"Welcome":"x"}',
  ].map((text) => [client.hear(text), client.entered, client.paired, client.answerTo?.(text)]);
  expect(heard).toEqual([
    [true, true, false, undefined],
    [true, true, true, `{"Signal":{"receiver":"${bob}","data":"hello"}}`],
    [true, true, true, undefined],
    [true, true, true, undefined],
    [false, true, true, undefined],
  ]);
});

test("a newcomer is paired with who says hello, and what comes after that is a delivery", () => {
  const client = matchboxDriver.begin(seat);
  const hello = `{"Signal":{"sender":"${ann}","data":"hello"}}`;
  const before = kindsOf(client, [`{"IdAssigned":"${bob}"}`, hello, "{", ""]);
  client.hear(hello);
  expect([before, kindsOf(client, [hello, `{"PeerLeft":"${ann}"}`]), client.paired]).toEqual([
    ["other", "other", "other", "other"],
    ["relayed", "other"],
    true,
  ]);
  expect(client.relayFrame('{"sdp":1.0}')).toBe(
    `{"Signal":{"receiver":"${ann}","data":{"sdp":1.0}}}`,
  );
});
