// What the server refuses of a session, in which words, and when it has had enough.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import {
  errorFor,
  freshSpace,
  heard,
  openSession,
  openSessions,
  type Session,
} from "../../support/session-client.ts";
import { type AnyServer, describeNodes } from "../../support/two-nodes.ts";

describeNodes((start) => {
  let server: AnyServer;
  let from: Session;
  let other: Session;

  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  beforeEach(async () => {
    [from, other] = (await openSessions(server.url, 2, freshSpace())) as [Session, Session];
  });

  describe("the sender alone reads the type that is unknown:", () => {
    const types: readonly (readonly [string, string])[] = [
      ["{}", "undefined"],
      [" \t\r\n{ } ", "undefined"],
      ['{"type":"notification","topic":"webrtc_broadcast"}', "notification"],
      ['{"type":"webrtc_Offer"}', "webrtc_Offer"],
      ['{"type":"webrtc_offer "}', "webrtc_offer "],
      ['{"type":""}', ""],
      ['{"type":null}', "null"],
      ['{"type":17}', "17"],
      ['{"type":{"a":"b"}}', '{"a":"b"}'],
      ['{"type":["webrtc_offer"]}', '["webrtc_offer"]'],
      ['{"type":"\\"\\n\\u0001é"}', '"\n\u0001é'],
      ['{"type":"__proto__"}', "__proto__"],
      ['{"type":"connected","sessionId":"x"}', "connected"],
      ['{"type":"webrtc_offer","type":"mediapipe"}', "mediapipe"],
      ['{"type":"Subscribe"}', "Subscribe"],
      ['{"type":"frames"}', "frames"],
      [`{"type":"${"x".repeat(60_000)}"}`, "x".repeat(60_000)],
    ];

    test.each(types.map(([text, type]) => [text.slice(0, 60), text, type] as const))(
      "%j",
      async (_start, text, type) => {
        from.socket.send(text);
        expect(await heard(from)).toEqual([errorFor(from, `Unknown message type: ${type}`)]);
        expect(await heard(other)).toEqual([]);
      },
    );
  });

  /** What the original server answers beside signaling. */
  const notSignaling = [
    '{"type":"subscribe","action":"subscribe","topics":["faces"]}',
    '{"type":"unsubscribe","action":"unsubscribe","topics":["faces"]}',
    '{"type":"stream_frame","deviceId":"cam","timestamp":1,"data":"AAAA"}',
    '{"type":"frame","frame":"AAAA","frameId":7}',
    '{"type":"mediapipe_analysis","targetSession":"$other"}',
    '{"type":"mediapipe_config"}',
    '{"type":"mediapipe_results","targetSession":null}',
    '{"type":"webrtc_offer","type":"\\u0066rame"}',
  ];

  describe("the sender alone reads that this is no signaling:", () => {
    test.each(notSignaling)("%s", async (text) => {
      from.socket.send(text.replace("$other", other.id));
      const { type } = JSON.parse(text);
      expect(await heard(from)).toEqual([
        errorFor(from, `Unknown message type: ${type}`, "NOT_SIGNALING"),
      ]);
      expect(await heard(other)).toEqual([]);
    });

    test("which ends no session, however often it is sent", async () => {
      for (let round = 0; round < 5; round++)
        for (const text of notSignaling) from.socket.send(text);
      expect((await heard(from)).length).toBe(5 * notSignaling.length);
      from.socket.send('{"type":"status"}');
      const [status] = await heard(from);
      expect(status).toMatch(/"errors":0,"age":\d+\},"timestamp":now\}$/);
    });
  });

  describe("the sender alone reads that it is no object:", () => {
    test.each(["", "hello", "null", "[]", '"ping"', "1", '{"type":"ping"', '{"type":"ping"}}'])(
      "%j",
      async (text) => {
        if (text === "") from.socket.sendBinary(text);
        else from.socket.send(text);
        expect(await heard(from)).toEqual([errorFor(from, "Message is not a JSON object")]);
        expect(await heard(other)).toEqual([]);
      },
    );
  });

  describe("the sender alone reads that the target is not found:", () => {
    const targets: readonly (readonly [string, string])[] = [
      ['"ws_1756323620417_0123456789abcdef"', "ws_1756323620417_0123456789abcdef"],
      ['" "', " "],
      ['"*"', "*"],
      ['"__proto__"', "__proto__"],
      ['"null"', "null"],
      ['"\\"\\n"', '"\n'],
      ["0", "0"],
      ["false", "false"],
      ["[]", "[]"],
      ['{"id":"$other"}', '{"id":"$other"}'],
      ['["$other"]', '["$other"]'],
    ];

    test.each(targets)("%j", async (raw, target) => {
      const named = (text: string) => text.replaceAll("$other", other.id);
      from.socket.send(`{"type":"webrtc_offer","targetSession":${named(raw)}}`);
      expect(await heard(from)).toEqual([
        errorFor(from, `Target session not found: ${named(target)}`, "TARGET_NOT_FOUND"),
      ]);
      expect(await heard(other)).toEqual([]);
    });

    test("a session of another space", async () => {
      const stranger = await openSession(server.url, freshSpace());
      from.socket.send(`{"type":"webrtc_ice","targetSession":"${stranger.id}"}`);
      expect(await heard(from)).toEqual([
        errorFor(from, `Target session not found: ${stranger.id}`, "TARGET_NOT_FOUND"),
      ]);
      expect(await heard(stranger)).toEqual([]);
    });

    test("one that has left in the middle of a negotiation", async () => {
      const bystander = await openSession(server.url, "leaving");
      const [caller, callee] = await openSessions(server.url, 2, "leaving");
      caller!.socket.send(`{"type":"webrtc_offer","targetSession":"${callee!.id}","sdp":1}`);
      expect(await heard(caller!)).toEqual([]);
      expect(await heard(callee!)).toEqual([
        `{"type":"webrtc_offer","targetSession":"${callee!.id}","sdp":1,"sourceSession":"${caller!.id}"}`,
      ]);
      callee!.socket.close(1000);
      await callee!.socket.gone;
      for (const type of ["webrtc_ice", "webrtc_offer"])
        caller!.socket.send(`{"type":"${type}","targetSession":"${callee!.id}"}`);
      const notFound = errorFor(
        caller!,
        `Target session not found: ${callee!.id}`,
        "TARGET_NOT_FOUND",
      );
      expect([await heard(caller!), await heard(bystander)]).toEqual([[notFound, notFound], []]);
    });
  });

  describe("the tenth error", () => {
    const unknown = '{"type":"x"}';

    test("is told, and closes the session with 1011", async () => {
      for (const text of [...Array(8).fill(unknown), "[]", "{}", unknown]) from.socket.send(text);
      expect([await from.socket.closed, (await from.socket.rest()).length]).toEqual([
        { code: 1011, reason: "Too many errors" },
        10,
      ]);
      expect(await heard(other)).toEqual([]);
    });

    test("is not reached by nine, nor by targets that are not found", async () => {
      const absent = '{"type":"webrtc_ice","targetSession":"x"}';
      for (const text of [...Array(9).fill(unknown), ...Array(20).fill(absent)])
        from.socket.send(text);
      expect((await heard(from)).length).toBe(29);
      from.socket.send('{"type":"status"}');
      const [status] = await heard(from);
      expect(status).toMatch(/"errors":9,"age":\d+\},"timestamp":now\}$/);
    });
  });

  test("what is not UTF-8 closes the session with 1007, and too much with 1009", async () => {
    from.socket.sendBinary(new Uint8Array([0xff, 0xfe]));
    other.socket.send(`{"type":"webrtc_offer","sdp":"${"x".repeat(262_144)}"}`);
    expect([(await from.socket.closed).code, (await other.socket.closed).code]).toEqual([
      1007, 1009,
    ]);
  });
});
