import { expect, test } from "bun:test";
import { natsDriver } from "./nats-driver.ts";

const seat = { topic: "room", index: 0 };

test("a client subscribes to its subject and to that of its topic, and has entered with the answer to its ping", () => {
  const client = natsDriver.begin(seat);
  expect(client.greetings.slice(1)).toEqual([
    "SUB bench.room.0 1\r\nSUB bench.room.all 2\r\n",
    "PING\r\n",
  ]);
  const heard = ['INFO {"version":"2.9"}\r\n', "PONG\r\n", "hello\r\n"].map((text) => [
    client.hear(text),
    client.entered,
  ]);
  expect(heard).toEqual([
    [true, false],
    [true, true],
    [false, true],
  ]);
  expect([client.answerTo!("PING\r\n"), client.answerTo!("PONG\r\n")]).toEqual([
    "PONG\r\n",
    undefined,
  ]);
});

test("a message goes to the subject of the partner, of another client, or of all", () => {
  const client = natsDriver.begin(seat);
  expect([
    client.relayFrame("{}"),
    client.relayFrame("{}", client.others!(3)[1]),
    client.broadcastFrame!('{"a":1}'),
  ]).toEqual([
    "PUB bench.room.1 2\r\n{}\r\n",
    "PUB bench.room.2 2\r\n{}\r\n",
    'PUB bench.room.all 7\r\n{"a":1}\r\n',
  ]);
});

const messages = [
  "INFO {}\r\n",
  "MSG bench.room.0 1 12\r\nline\r\nbreaks\r\n",
  "MSG bench.room.all 2 0\r\n\r\n",
  "-ERR 'Unknown Protocol Operation'\r\n",
  "PING\r\n",
];

test.each([1, 2, 3, 7, 1000])("messages are whole wherever frames end: every %d bytes", (size) => {
  const client = natsDriver.begin(seat);
  const got: [string, string][] = [];
  const splitter = natsDriver.splitter!((bytes, start, end) =>
    got.push([
      Buffer.from(bytes.subarray(start, end)).toString(),
      client.kindOf(bytes, start, end),
    ]),
  );
  const stream = Buffer.from(`..${messages.join("")}`);
  for (let at = 2; at < stream.length; at += size)
    splitter.push(stream, at, Math.min(at + size, stream.length));
  const kinds = ["other", "relayed", "relayed", "error", "other"] as const;
  expect(got).toEqual(messages.map((text, index) => [text, kinds[index]!]));
});
