// TCP connections that ask for nothing, or for one thing so slowly that it never ends. Against a server that may
// open fewer files than there are such connections, they take the place of everybody else.

import type { Attack } from "../attack.ts";
import { type Ground, times } from "../ground.ts";
import type { Dial, Line } from "../line.ts";

/** Milliseconds between two bytes. */
const dripMs = 500;

/** Milliseconds after which a closed connection comes back. */
const pauseMs = 10;

const request = Buffer.from("GET /ws/drip HTTP/1.1\r\nHost: flood\r\nX-Pad: ");

export const drip: Attack = {
  about: "TCP connections that send nothing, or a byte now and then",
  connections: [300],
  start: hold,
};

export const files: Attack = {
  about: "TCP connections to a server that may open 64 files beside those of the talkers",
  connections: [300],
  serverFiles: 64,
  start: hold,
};

function hold(ground: Ground): void {
  times(ground.connections, (index) =>
    ground.keep(() => (index % 2 === 0 ? silent : dripping(ground)), { pauseMs }),
  );
}

const silent: Dial = { path: "", kind: "plain" };

const dripping = (ground: Ground): Dial => ({
  ...silent,
  opened: (line) => sendSlowly(ground, line, 0),
});

function sendSlowly(ground: Ground, line: Line, at: number): void {
  if (line.isOver) return;
  // After the beginning of a header, its value goes on for ever.
  line.send(at < request.length ? request.subarray(at, at + 1) : Buffer.from("a"));
  ground.after(dripMs, () => sendSlowly(ground, line, at + 1));
}
