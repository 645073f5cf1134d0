// The flow that the protocol is for: receivers seek, one broadcaster negotiates with each of them.

import { expect, test } from "bun:test";
import { heard, openSession, type Session } from "../../support/session-client.ts";
import { describeNodes } from "../../support/two-nodes.ts";

/** Sessions by name. What they hear is kept, with names in place of ids. */
class Cast {
  readonly transcripts: Record<string, string[]> = {};
  readonly #sessions = new Map<string, Session>();

  async enter(url: URL, name: string): Promise<void> {
    const session = await openSession(url);
    this.#sessions.set(name, session);
    this.transcripts[name] = [this.#named(session.connected)];
  }

  /** Sends a message in which names stand for ids, and writes down what all hear. */
  async say(name: string, message: string): Promise<void> {
    const ids = message.replaceAll(/\$(\w+)/g, (_, who) => this.#sessions.get(who)?.id ?? who);
    this.#sessions.get(name)?.socket.send(ids);
    const others = [...this.#sessions].filter(([other]) => other !== name);
    // The sender first: what the server has answered it, others have been sent before.
    for (const [who, session] of [[name, this.#sessions.get(name)!] as const, ...others])
      for (const text of await heard(session)) this.transcripts[who]?.push(this.#named(text));
  }

  #named(text: string): string {
    const sessions = [...this.#sessions];
    return sessions.reduce((said, [who, { id }]) => said.replaceAll(id, `$${who}`), text);
  }
}

const connected = (name: string): string =>
  `{"type":"connected","sessionId":"${name}","capabilities":["webrtc_signaling"],"serverVersion":"2.0.0","timestamp":now}`;

const seek = (from: string): string => `{"type":"webrtc_seek_broadcaster","deviceId":"${from}"}`;

const offer = (to: string): string =>
  `{"type":"webrtc_offer","targetSession":"${to}","sdp":{"type":"offer","sdp":"for ${to}"}}`;

const answer = (from: string): string =>
  `{"type":"webrtc_answer","targetSession":"$bea","sdp":{"type":"answer","sdp":"by ${from}"}}`;

const candidate = (from: string, to: string): string =>
  `{"type":"webrtc_ice","targetSession":"${to}","candidate":{"candidate":"of ${from}"}}`;

const heardFrom = (source: string, message: string): string =>
  `${message.slice(0, -1)},"sourceSession":"${source}"}`;

const fromBea = (to: string): readonly string[] =>
  [offer(to), candidate("$bea", to)].map((message) => heardFrom("$bea", message));

const toBea = (from: string): readonly string[] =>
  [answer(from), candidate(from, "$bea")].map((message) => heardFrom(from, message));

const sought = (from: string): string => heardFrom(from, seek(from));

describeNodes((start) => {
  test("one broadcaster and three receivers seek, offer, answer, and trade candidates", async () => {
    await using server = await start();
    const cast = new Cast();
    const receivers = ["ann", "bob", "cid"];
    for (const name of ["bea", ...receivers]) await cast.enter(server.url, name);
    for (const name of receivers) await cast.say(name, seek(`$${name}`));
    for (const name of receivers) await cast.say("bea", offer(`$${name}`));
    for (const name of receivers) await cast.say(name, answer(`$${name}`));
    for (const name of receivers) {
      await cast.say("bea", candidate("$bea", `$${name}`));
      await cast.say(name, candidate(`$${name}`, "$bea"));
    }
    expect(cast.transcripts).toEqual({
      bea: [
        connected("$bea"),
        ...["$ann", "$bob", "$cid"].map(sought),
        ...["$ann", "$bob", "$cid"].map((name) => toBea(name)[0]!),
        ...["$ann", "$bob", "$cid"].map((name) => toBea(name)[1]!),
      ],
      ann: [connected("$ann"), sought("$bob"), sought("$cid"), ...fromBea("$ann")],
      bob: [connected("$bob"), sought("$ann"), sought("$cid"), ...fromBea("$bob")],
      cid: [connected("$cid"), sought("$ann"), sought("$bob"), ...fromBea("$cid")],
    });
  });
});
