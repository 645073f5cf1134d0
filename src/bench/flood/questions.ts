// What a server that is attacked is asked meanwhile: whether it is healthy, and whether it lets a newcomer in. Each
// question is a connection of its own.

import type { DriverName } from "../drivers.ts";
import { BenchMember } from "../member.ts";
import type { Target } from "../targets.ts";
import type { Ask } from "./probe.ts";

/** Asks the nodes in turn for `/healthz`. Every status below 500 is an answer: other servers do not know the path. */
export function askHealth({ urls }: Target): Ask {
  const [first] = urls;
  return (index, answered) => {
    const url = urls[index % urls.length] ?? first;
    const isSecure = url.protocol === "wss:";
    let isOver = false;
    let socket: Bun.Socket | undefined;
    Bun.connect({
      hostname: url.hostname.replace(/^\[|\]$/g, ""),
      port: Number(url.port) || (isSecure ? 443 : 80),
      tls: isSecure,
      socket: {
        open(opened) {
          socket = opened;
          if (isOver) opened.terminate();
          else opened.write(requestOf(url));
        },
        data(opened, chunk) {
          if (!isOver && /^HTTP\/1\.1 [1-4]/.test(chunk.toString("latin1", 0, 12))) answered();
          isOver = true;
          opened.terminate();
        },
        // The missing answer says enough.
        error() {},
      },
    }).catch(() => undefined);
    return () => {
      isOver = true;
      socket?.terminate();
    };
  };
}

const requestOf = ({ pathname, host }: URL): string =>
  `GET ${pathname.replace(/\/$/, "")}/healthz HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;

/** Joins a topic that nobody else is in, and leaves. */
export function askToJoin(target: Target, protocol: DriverName): Ask {
  const name = `join-${crypto.randomUUID().slice(0, 8)}`;
  // One that is refused is not answered: that is all that counts here.
  const complaints = { fail: () => undefined, remark: () => undefined };
  return (index, answered) => {
    // The seat says on which node it sits.
    const seat = { topic: `${name}-${index}`, index: index % target.urls.length };
    const member = new BenchMember(target, protocol, seat, complaints, () => {
      member.client.leave();
      answered();
    });
    return () => member.client.terminate();
  };
}
