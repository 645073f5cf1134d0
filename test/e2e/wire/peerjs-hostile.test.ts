// Two PeerJS peers that mind their own business, on a server that others do their worst to.

import { expect, test } from "bun:test";
import { register } from "../../support/peerjs-client.ts";
import { request } from "../../support/raw-http.ts";
import type { RawSocket } from "../../support/raw-socket.ts";
import { isNotable, ServerProcess } from "../../support/server-process.ts";
import { canary } from "./attacker.ts";
import { peerjsAttacks } from "./peerjs-attacks.ts";

const message = (type: string, src: string, dst: string, payload: number): string =>
  JSON.stringify({ type, src, dst, payload });

/** Sends to and fro, one message at a time, until told to stop. @returns how often */
async function talk(ann: RawSocket, bob: RawSocket, isOver: () => boolean): Promise<number> {
  for (let turn = 1; ; turn++) {
    ann.send(JSON.stringify({ type: "OFFER", dst: "bob", payload: turn }));
    expect(await bob.next()).toBe(message("OFFER", "ann", "bob", turn));
    bob.send(JSON.stringify({ type: "ANSWER", dst: "ann", payload: turn }));
    expect(await ann.next()).toBe(message("ANSWER", "bob", "ann", turn));
    if (isOver()) return turn;
  }
}

test("two PeerJS peers read each other's messages, and nothing else, whatever others send", async () => {
  await using server = await ServerProcess.start();
  const { url, pid } = server;
  const [ann, bob] = [await register(url, "ann"), await register(url, "bob")];
  const attacks = Object.entries(peerjsAttacks("ann"));
  const together = () => Promise.all(attacks.map(([, attack]) => attack(url)));

  const talked: Record<string, boolean> = {};
  for (const [name, attack] of [...attacks, ["all of it at once", together] as const]) {
    let isOver = false;
    const done = attack(url).finally(() => {
      isOver = true;
    });
    const [turns] = await Promise.all([talk(ann, bob, () => isOver), done]);
    talked[name] = turns > 0;
  }

  expect(Object.entries(talked).filter(([, hasTalked]) => !hasTalked)).toEqual([]);
  expect(process.kill(pid, 0)).toBe(true);
  expect(await request(url, "GET", "/healthz")).toMatchObject({ status: 200, body: "ok" });
  server.signal("SIGTERM");
  await server.logged(({ msg }) => msg === "stopped");
  expect({
    faults: server.log.filter((line) => line.msg.includes("fault") || isNotable(line)),
    leaks: server.log.filter((line) => JSON.stringify(line).includes(canary)),
  }).toEqual({ faults: [], leaks: [] });
}, 60_000);
