// Plain requests, written one after another without waiting for an answer.

import type { Attack } from "../attack.ts";
import { blockOf } from "../frames.ts";
import { times } from "../ground.ts";

const paths = ["/healthz", "/", "/ws/topic", "/there-is-nothing-here"];

const requests = paths.map((path) => `GET ${path} HTTP/1.1\r\nHost: flood\r\n\r\n`).join("");

export const http: Attack = {
  about: "pipeline HTTP requests without pause",
  connections: [8],
  start(ground) {
    const block = blockOf(Buffer.from(requests));
    times(ground.connections, () =>
      ground.keep(() => ({ path: "", kind: "plain", opened: (line) => line.pour(block) })),
    );
  },
};
