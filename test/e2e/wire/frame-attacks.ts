// Evil clients that know how to upgrade.

import { encodeFrame, opcodes } from "../../support/raw-frame.ts";
import { RawSocket } from "../../support/raw-socket.ts";
import {
  type Attack,
  canary,
  everyOf,
  open,
  ownKeys,
  randomBytes,
  sendAndLeave,
  sendAndLose,
} from "./attacker.ts";

export const frameAttacks: Readonly<Record<string, Attack>> = {
  "random bytes for frames": (url) =>
    everyOf(randomBytes(2), async (bytes) => {
      const socket = await open(url);
      socket.sendBytes(bytes);
      socket.finish();
      await socket.gone;
    }),

  "random frames": (url) =>
    everyOf(randomBytes(4), async (payload) => {
      const [first = 0] = payload;
      const socket = await open(url);
      socket.sendFrame({ payload, opcode: first % 16, fin: first < 192 });
      socket.sendFrame({ payload: "{}" });
      socket.finish();
      await socket.gone;
    }),

  "random bytes in frames": (url) =>
    everyOf(randomBytes(3), async (payload) => {
      const socket = await open(url);
      socket.sendFrame({
        payload,
        opcode: payload.length % 2 === 0 ? opcodes.text : opcodes.binary,
      });
      await socket.closed;
    }),

  "keys and values that objects have": (url) =>
    sendAndLeave(
      open(url),
      ownKeys.flatMap((key) => [
        `{"${key}":{"type":"offer","${canary}":1}}`,
        `{"type":"${key}","to":"${canary}","msgId":"${canary}"}`,
        `{"type":"offer","to":"${key}","msgId":"${key}"}`,
        `{"type":"offer","to":"${canary}","payload":{"${key}":{"${canary}":true}}}`,
      ]),
    ),

  "topics and metadata that objects have": (url) =>
    everyOf(ownKeys, async (key) => {
      const socket = await RawSocket.open(url, `/ws/${key}?metadata={"${key}":"${canary}"}`);
      socket.close(1000, canary);
      await socket.gone;
    }),

  "nesting as deep as a frame": (url) =>
    sendAndLose(url, ["[".repeat(65_536), '{"a":'.repeat(13_000), '[{"a":'.repeat(10_900)]),

  "nesting in a message": (url) =>
    sendAndLeave(open(url), [`{"payload":${"[".repeat(32_000)}${"]".repeat(32_000)}}`]),

  "numbers without end": (url) =>
    sendAndLose(url, [
      "9".repeat(65_536),
      `-1e${"9".repeat(60_000)}`,
      `{"to":${"1".repeat(60_000)}}`,
    ]),

  "quotes and backslashes": (url) =>
    sendAndLose(url, [
      '"'.repeat(65_536),
      "\\".repeat(65_536),
      `{"${'\\"'.repeat(32_000)}`,
      `{"a":"${"\\".repeat(65_001)}"}`,
      `{"type":"${canary}\\`,
    ]),

  "20,000 tiny messages at once": (url) => sendAndLeave(open(url), Array(20_000).fill("{}")),

  "messages whose answers are never read": async (url) => {
    const socket = await open(url);
    socket.pause();
    const refused = encodeFrame({ payload: `{"msgId":"${canary.repeat(100)}"}` });
    socket.sendBytes(Buffer.concat(Array(8000).fill(refused)));
    // By then the server has begun to answer the first.
    await sendAndLeave(open(url), ["{}"]);
    socket.destroy();
  },

  "a message in 65,537 fragments": async (url) => {
    const socket = await open(url);
    const fragment = (opcode: number) => encodeFrame({ opcode, payload: "x", fin: false });
    const rest = Array(65_536).fill(fragment(opcodes.continuation));
    socket.sendBytes(Buffer.concat([fragment(opcodes.text), ...rest]));
    socket.sendFrame({ payload: "", opcode: opcodes.continuation });
    await socket.closed;
  },

  "20,000 pings at once": async (url) => {
    const socket = await open(url);
    const ping = encodeFrame({ opcode: opcodes.ping, payload: canary });
    socket.sendBytes(Buffer.concat(Array(20_000).fill(ping)));
    socket.close(1000);
    await socket.gone;
  },

  "closes with words of their own": (url) =>
    everyOf([1000, 1002, 1006, 1012, 2000, 4000, 65_535], async (code) => {
      const socket = await open(url);
      socket.close(code, `${canary}\n{"msg":"fault"}`);
      await socket.gone;
    }),
};
