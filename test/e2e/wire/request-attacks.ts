// Evil clients that never get as far as a WebSocket, or drop it at once.

import { connect, type Socket } from "node:net";
import { encodeFrame } from "../../support/raw-frame.ts";
import { requestText } from "../../support/raw-http.ts";
import { upgradeHeaders } from "../../support/raw-upgrade.ts";
import { type Attack, canary, everyOf, pour, randomBytes, repeat, upgrade } from "./attacker.ts";

export const requestAttacks: Readonly<Record<string, Attack>> = {
  "random bytes for requests": (url) =>
    everyOf(randomBytes(1), (bytes) => pour(url, bytes, "finish")),

  "1000 connections that are dropped": async (url) => {
    const whole = upgrade(url);
    const stages = [
      "",
      whole.slice(0, 60),
      whole,
      Buffer.concat([Buffer.from(whole), encodeFrame({ payload: `{"type":"${canary}"}` })]),
    ];
    for (let wave = 0; wave < 10; wave++)
      await repeat(100, (index) => pour(url, stages[index % stages.length]!, "reset"));
  },

  "heads that are no heads": (url) =>
    everyOf(
      [
        "\r\n\r\n",
        "GET\r\n\r\n",
        `GET / HTTP/9.9\r\nHost: ${canary}\r\n\r\n`,
        `${canary} / HTTP/1.1\r\nHost: x\r\n\r\n`,
        `GET / HTTP/1.1\r\nHost: x\r\n${canary}\r\n\r\n`,
        `GET / HTTP/1.1\r\nHost: x\r\n : ${canary}\r\n\r\n`,
        `GET / HTTP/1.1\r\nHost: x\r\nA: \0${canary}\r\n\r\n`,
        `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n${canary}`,
        `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\nzz`,
        `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n${canary}`,
        `GET /${canary} HTTP/1.1\r\nHost: x\r\nA: ${canary.repeat(20_000)}\r\n\r\n`,
        `GET /${canary.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
        `GET / HTTP/1.1\r\nHost: x\r\n${"A: b\r\n".repeat(20_000)}\r\n`,
        `GET /healthz?${`${canary}=%ff&`.repeat(500)} HTTP/1.1\r\nHost: x\r\n\r\n`,
        "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
      ],
      (text) => pour(url, Buffer.from(text, "latin1"), "finish"),
    ),

  "query parameters given twice": (url) =>
    everyOf(
      [`?metadata=1&metadata={${canary}`, `?metadata={${canary}&metadata=1`, "?metadata&metadata"],
      (query) => pour(url, requestText(url, "GET", `/ws/twice${query}`, upgradeHeaders), "finish"),
    ),
};

/** Opens connections that say half of what they should, and then nothing. */
export function loiter(url: URL): readonly Socket[] {
  const whole = upgrade(url);
  const parts = ["", whole.slice(0, 20), whole.slice(0, -2), whole];
  return Array.from({ length: 200 }, (_, index) => {
    const socket = connect(Number(url.port), url.hostname);
    socket.on("error", () => undefined);
    socket.pause();
    socket.write(parts[index % parts.length]!);
    return socket;
  });
}
