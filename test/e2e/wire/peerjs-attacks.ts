// Evil clients of the PeerJS protocol.

import { register, socketPath } from "../../support/peerjs-client.ts";
import { encodeFrame } from "../../support/raw-frame.ts";
import { RawSocket } from "../../support/raw-socket.ts";
import {
  type Attack,
  canary,
  everyOf,
  ownKeys,
  randomBytes,
  repeat,
  sendAndLeave,
} from "./attacker.ts";

let count = 0;

/** An id that nobody else has, with the word in it that must not turn up in the log. */
const freshId = (): string => `${canary}-${++count}`;

/** Whether it is let in or not. */
const open = (url: URL, id = freshId(), token = canary): Promise<RawSocket> =>
  RawSocket.open(url, socketPath(id, { token }));

const types = ["OFFER", "ANSWER", "CANDIDATE", "LEAVE", "EXPIRE"];

/** @param victim an id that is held by somebody who must not notice */
export const peerjsAttacks = (victim: string): Readonly<Record<string, Attack>> => ({
  "random bytes for frames": (url) =>
    everyOf(randomBytes(5), async (bytes) => {
      const socket = await open(url);
      socket.sendBytes(bytes);
      socket.finish();
      await socket.gone;
    }),

  "texts that are no JSON": (url) =>
    everyOf(
      [
        "",
        "{",
        "[".repeat(65_536),
        '{"a":'.repeat(13_000),
        `{"type":"${canary}\\`,
        '"'.repeat(999),
      ],
      async (text) => {
        const socket = await open(url);
        socket.send(text);
        await socket.closed;
      },
    ),

  "texts that are no messages": (url) =>
    sendAndLeave(open(url), [
      "null",
      "9".repeat(65_536),
      `"${canary}"`,
      "[".repeat(30_000) + "]".repeat(30_000),
      `{"type":"OFFER","dst":${"[".repeat(30_000)}${"]".repeat(30_000)}}`,
      `{"type":${"1".repeat(60_000)},"dst":"${victim}"}`,
    ]),

  "ids, destinations and types that objects have": (url) =>
    everyOf(ownKeys, (key) =>
      sendAndLeave(open(url, key), [
        ...types.map((type) => JSON.stringify({ type, dst: key, payload: { [key]: canary } })),
        JSON.stringify({ type: key, dst: victim }),
        `{"${key}":{"type":"OFFER"},"type":"OFFER","dst":"${canary}"}`,
      ]),
    ),

  "the victim's id, again and again": (url) =>
    repeat(100, async () => {
      const socket = await open(url, victim, `${canary}-wrong`);
      socket.send('{"type":"LEAVE"}');
      await socket.closed;
    }),

  "one id that is taken over a hundred times at once": (url) => {
    const id = freshId();
    return repeat(100, () => sendAndLeave(open(url, id), ['{"type":"LEAVE"}']));
  },

  "calls to more missing peers than there is room for": (url) =>
    repeat(20, () =>
      sendAndLeave(
        open(url),
        Array.from({ length: 1000 }, () => JSON.stringify({ type: "OFFER", dst: freshId() })),
      ),
    ),

  "large messages that wait": (url) =>
    repeat(20, () =>
      sendAndLeave(
        open(url),
        Array(30).fill(JSON.stringify({ type: "OFFER", dst: canary, payload: "x".repeat(60_000) })),
      ),
    ),

  "20,000 tiny messages at once": (url) => sendAndLeave(open(url), Array(20_000).fill("{}")),

  "messages to oneself that are never read": async (url) => {
    const id = freshId();
    const socket = await register(url, id);
    socket.pause();
    const frame = encodeFrame({
      payload: JSON.stringify({ type: "OFFER", dst: id, payload: canary }),
    });
    socket.sendBytes(Buffer.concat(Array(8000).fill(frame)));
    // By then the server has begun to answer the first.
    await sendAndLeave(open(url), ["{}"]);
    socket.destroy();
  },

  "queries that are none": (url) =>
    everyOf(
      ["%", "id=%FF%00&key=peerjs&token=%", "&&&===", `id=${"a".repeat(9000)}&key=peerjs&token=x`],
      async (query) => {
        const socket = await RawSocket.open(url, `/peerjs?${query}`);
        socket.close(1000, canary);
        await socket.gone;
      },
    ),
});
