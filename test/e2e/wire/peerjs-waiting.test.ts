// Messages to PeerJS peers that are not there yet, over the compiled binary and over the real PeerServer.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { freshId, heard, register, socketPath } from "../../support/peerjs-client.ts";
import { type PeerServer, peerServers } from "../../support/peerjs-servers.ts";
import { RawSocket } from "../../support/raw-socket.ts";

const expireTimeout = 400;

const message = (type: string, src: string, dst: string, payload: unknown): string =>
  JSON.stringify({ type, src, dst, payload });

describe.each(peerServers)("$title", ({ start }) => {
  let server: PeerServer;

  beforeAll(async () => {
    server = await start({ expireTimeout });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test("what was sent before somebody came is read after OPEN, from each sender in order", async () => {
    await using patient = await start();
    const { url } = patient;
    const [ann, bob, late] = [freshId(), freshId(), freshId()];
    const [annSocket, bobSocket] = [await register(url, ann), await register(url, bob)];
    const sent: string[] = [];
    for (const round of [1, 2, 3])
      for (const [id, socket] of [
        [ann, annSocket],
        [bob, bobSocket],
      ] as const)
        for (const type of ["OFFER", "CANDIDATE", "ANSWER"]) {
          socket.send(message(type, "nobody", late, { round }));
          await register(url, freshId());
          sent.push(message(type, id, late, { round }));
        }
    const lateSocket = await RawSocket.open(url, socketPath(late));
    expect(await lateSocket.next()).toBe('{"type":"OPEN"}');
    const read = await heard(lateSocket, late);
    const of = (id: string) => (text: string) => text.includes(id);
    expect(read.length).toBe(sent.length);
    for (const id of [ann, bob]) expect(read.filter(of(id))).toEqual(sent.filter(of(id)));

    annSocket.send(message("OFFER", ann, late, "now"));
    expect(await lateSocket.next()).toBe(message("OFFER", ann, late, "now"));
  });

  test("each sender reads one EXPIRE for each missing id, and not before the time", async () => {
    const [ann, bob, one, two] = [freshId(), freshId(), freshId(), freshId()];
    const [annSocket, bobSocket] = [
      await register(server.url, ann),
      await register(server.url, bob),
    ];
    const sent = performance.now();
    for (const type of ["OFFER", "CANDIDATE", "CANDIDATE"]) {
      for (const dst of [one, two]) annSocket.send(message(type, ann, dst, 1));
      bobSocket.send(message(type, bob, one, 1));
    }
    const expired = (src: string, dst: string) => JSON.stringify({ type: "EXPIRE", src, dst });
    expect([await annSocket.next(), await annSocket.next()].toSorted()).toEqual(
      [expired(one, ann), expired(two, ann)].toSorted(),
    );
    expect(performance.now() - sent).toBeGreaterThan(expireTimeout);
    expect(await bobSocket.next()).toBe(expired(one, bob));
    expect([await heard(annSocket, ann), await heard(bobSocket, bob)]).toEqual([[], []]);

    const late = await register(server.url, one);
    expect(await heard(late, one)).toEqual([]);
  });

  test("who is told that somebody is missing may try again, and is told again", async () => {
    const [ann, missing] = [freshId(), freshId()];
    const socket = await register(server.url, ann);
    const expired = JSON.stringify({ type: "EXPIRE", src: missing, dst: ann });
    for (const attempt of [1, 2]) {
      socket.send(message("OFFER", ann, missing, attempt));
      expect(await socket.next()).toBe(expired);
    }
    socket.send(message("OFFER", ann, missing, 3));
    await heard(socket, ann);
    const late = await register(server.url, missing);
    expect(await heard(late, missing)).toEqual([message("OFFER", ann, missing, 3)]);
  });

  test("neither LEAVE nor EXPIRE wait", async () => {
    const [ann, late] = [freshId(), freshId()];
    const socket = await register(server.url, ann);
    for (const type of ["LEAVE", "EXPIRE"]) socket.send(message(type, ann, late, 1));
    await heard(socket, ann);
    expect(await heard(await register(server.url, late), late)).toEqual([]);
  });

  test("what somebody sent arrives though the sender has left", async () => {
    await using patient = await start();
    const [ann, late] = [freshId(), freshId()];
    const socket = await register(patient.url, ann);
    socket.send(message("OFFER", ann, late, 1));
    socket.close(1000);
    await socket.gone;
    expect(await heard(await register(patient.url, late), late)).toEqual([
      message("OFFER", ann, late, 1),
    ]);
  });
});
