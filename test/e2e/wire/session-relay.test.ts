// What sessions say to each other: to one, or to all others of their space.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { isNotable, ServerProcess } from "../../support/server-process.ts";
import {
  errorFor,
  heard,
  openSession,
  openSessions,
  type Session,
} from "../../support/session-client.ts";
import { type AnyServer, describeNodes } from "../../support/two-nodes.ts";

const types = [
  "webrtc_seek_broadcaster",
  "request_offer",
  "webrtc_offer",
  "webrtc_answer",
  "webrtc_ice",
];

describeNodes((start) => {
  let server: AnyServer;
  let [from, to, bystander]: readonly Session[] = [];

  beforeAll(async () => {
    server = await start();
    [from, to, bystander] = await openSessions(server.url, 3, "relay");
  });
  afterAll(() => server[Symbol.asyncDispose]());

  /** What each hears when the first sends `text`. `$from` and `$to` stand for ids. */
  async function after(text: string): Promise<Record<string, readonly string[]>> {
    from!.socket.send(named(text));
    return { from: await heard(from!), to: await heard(to!), bystander: await heard(bystander!) };
  }

  const named = (text: string): string =>
    text.replaceAll("$from", from!.id).replaceAll("$to", to!.id);

  describe("with a target", () => {
    test.each(types)("a %s reaches the target alone, with its source", async (type) => {
      const message = `{"type":"${type}","targetSession":"$to","deviceId":"d","timestamp":1`;
      expect(await after(`${message}}`)).toEqual({
        from: [],
        to: [named(`${message},"sourceSession":"$from"}`)],
        bystander: [],
      });
    });

    test("oneself, a message comes back", async () => {
      expect(await after('{"type":"webrtc_ice","targetSession":"$from"}')).toEqual({
        from: [named('{"type":"webrtc_ice","targetSession":"$from","sourceSession":"$from"}')],
        to: [],
        bystander: [],
      });
    });
  });

  describe("without a target", () => {
    const spellings = [
      "",
      ',"targetSession":""',
      ',"targetSession":null',
      ',"targetSession": null ',
    ];

    test.each(types.flatMap((type) => spellings.map((spelling) => [type, spelling] as const)))(
      "a %s%s reaches everybody else, with its source",
      async (type, spelling) => {
        const relayed = [named(`{"type":"${type}"${spelling},"sourceSession":"$from"}`)];
        const all = await after(`{"type":"${type}"${spelling}}`);
        expect(all).toEqual({ from: [], to: relayed, bystander: relayed });
      },
    );
  });

  describe("what is written arrives unchanged, but for sourceSession:", () => {
    const source = '"sourceSession":"$from"';
    const messages: readonly (readonly [string, string])[] = [
      [
        '"sdp":{"type":"offer","sdp":"v=0\\r\\n"}',
        `"sdp":{"type":"offer","sdp":"v=0\\r\\n"},${source}`,
      ],
      [
        '"a":12345678901234567890,"b":0.10,"c":1e400,"d":-0',
        `"a":12345678901234567890,"b":0.10,"c":1e400,"d":-0,${source}`,
      ],
      ['"x" : [ 1 ,{ } ] , "ü":"\\u00e9é/\\/"', `"x" : [ 1 ,{ } ] , "ü":"\\u00e9é/\\/",${source}`],
      ['"sourceSession":"$to","a":1', `${source},"a":1`],
      ['"sourceSession" : {"b":[1]} ,"a":1', `"sourceSession" : "$from" ,"a":1`],
      ['"sourceSession":1,"a":2,"sourceSession":3', `${source},"a":2,${source}`],
      ['"\\u0073ourceSession":"$to"', '"\\u0073ourceSession":"$from"'],
      ['"data":{"sourceSession":"$to"}', `"data":{"sourceSession":"$to"},${source}`],
      ['"a":1,"a":2,"__proto__":3', `"a":1,"a":2,"__proto__":3,${source}`],
      [
        `"deep":${"[".repeat(5000)}${"]".repeat(5000)}`,
        `"deep":${"[".repeat(5000)}${"]".repeat(5000)},${source}`,
      ],
      [`"long":"${"x".repeat(60_000)}"`, `"long":"${"x".repeat(60_000)}",${source}`],
    ];

    test.each(messages.map(([sent, arrives]) => [sent.slice(0, 60), sent, arrives] as const))(
      "%s",
      async (_start, sent, arrives) => {
        const start = '{"type":"webrtc_offer","targetSession":"$to",';
        const { to: texts } = await after(`${start}${sent}}`);
        expect(texts).toEqual([named(`${start}${arrives}}`)]);
      },
    );

    test("a message of white space all over, in a binary frame", async () => {
      from!.socket.sendBinary(named('\n{ "targetSession" : "$to" , "type" : "webrtc_ice" }\n'));
      await heard(from!);
      expect(await heard(to!)).toEqual([
        named('\n{ "targetSession" : "$to" , "type" : "webrtc_ice" ,"sourceSession":"$from"}\n'),
      ]);
    });
  });

  test("a broadcast stays in its space, and no space and an empty one are one", async () => {
    const spaces = [undefined, "", "default", "a", "b", "%61"];
    const sessions: Session[] = [];
    for (const space of spaces) sessions.push(await openSession(server.url, space));
    const heardBy = sessions.map((): string[] => []);
    const listen = async (index: number): Promise<void> => {
      heardBy[index]?.push(...(await heard(sessions[index]!)));
    };
    for (const index of sessions.keys()) {
      sessions[index]!.socket.send('{"type":"request_offer"}');
      // Once the sender has an answer to what it sent later, the broadcast is on its way to all.
      await listen(index);
    }
    for (const index of sessions.keys()) await listen(index);
    const indexOf = (source: string): number => sessions.findIndex(({ id }) => id === source);
    const sources = heardBy.map((texts) =>
      texts.map((text) => indexOf(JSON.parse(text).sourceSession)),
    );
    expect(sources).toEqual([[1, 2], [0, 2], [0, 1], [5], [], [3]]);
  });

  test("a target whose queue is full costs its senders an error each", async () => {
    await using other = await start([], { MAX_QUEUED_FRAMES: "8", BYTES_PER_SECOND: "0" });
    const [slow, sender] = await openSessions(other.url, 2);
    slow!.socket.pause();
    const offer = `{"type":"webrtc_offer","targetSession":"${slow!.id}","sdp":"${"x".repeat(60_000)}"}`;
    let count = 0;
    let answer: readonly string[] = [];
    for (; answer.length === 0; count++) {
      sender!.socket.send(offer);
      answer = await heard(sender!);
    }
    expect(answer).toEqual([
      errorFor(sender!, `Message to session dropped: ${slow!.id}`, "DROPPED"),
    ]);
    slow!.socket.resume();
    const arrives = `${offer.slice(0, -1)},"sourceSession":"${sender!.id}"}`;
    for (let number = 1; number < count; number++) expect(await slow!.socket.next()).toBe(arrives);
    expect(await heard(slow!)).toEqual([]);
  });
});

test("offers and answers without a target are counted in the log, once a minute", async () => {
  await using other = await ServerProcess.start();
  const [sender] = await openSessions(other.url, 2);
  for (const type of types) sender!.socket.send(`{"type":"${type}"}`);
  for (const type of types) sender!.socket.send(`{"type":"${type}"}`);
  await heard(sender!);
  const warning = await other.logged(isNotable);
  other.signal("SIGTERM");
  await other.logged(({ msg }) => msg === "stopped");
  expect(other.log.filter(isNotable)).toEqual([
    {
      level: "warn",
      time: warning["time"],
      protocol: "session",
      count: 1,
      msg: "offers or answers without targetSession, so far",
    },
  ]);
});
