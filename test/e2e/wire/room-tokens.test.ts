// Who gets into a room: nobody without a good token, and nothing of a token is ever seen again.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RequestHeaders } from "../../support/raw-http.ts";
import { RawSocket } from "../../support/raw-socket.ts";
import { describeAddresses, freshRoom, RoomClient, settle } from "../../support/room-client.ts";
import { ServerProcess } from "../../support/server-process.ts";
import { encoded, keyPair, now, secret, sign, written } from "../../support/tokens.ts";
import { canary } from "./attacker.ts";

type Server = Awaited<ReturnType<typeof ServerProcess.start>>;

const folder = mkdtempSync(join(tmpdir(), "signalbox-keys-"));
const pair = keyPair("RS256");
const publicKeyFile = join(folder, "public.pem");

let bySecret: Server;
let byPublicKey: Server;

beforeAll(async () => {
  writeFileSync(publicKeyFile, pair.pem);
  const whose = { JWT_AUDIENCE: "here", JWT_ISSUER: "us" };
  bySecret = await ServerProcess.start([], { JWT_SECRET: secret, ...whose });
  byPublicKey = await ServerProcess.start([], { JWT_PUBLIC_KEY_FILE: publicKeyFile, ...whose });
});

afterAll(async () => {
  await bySecret[Symbol.asyncDispose]();
  await byPublicKey[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

/** Claims that are good here but for what the attack makes of them. */
const ours = (claims: Record<string, unknown> = {}) => ({
  aud: "here",
  iss: "us",
  name: canary,
  ...claims,
});

interface Attempt {
  readonly query?: string;
  readonly headers?: RequestHeaders;
}

const inQuery = (token: string): Attempt => ({ query: `?token=${token}` });

/** The same token with one bit of one character of one part the other way. */
const flip = (token: string, part: number): string =>
  token
    .split(".")
    .map((text, index) =>
      index === part ? `${text.slice(0, 5)}${flipped(text[5]!)}${text.slice(6)}` : text,
    )
    .join(".");

/** Each character of base64url stands for six bits. */
const flipped = (character: string): string => base64url[base64url.indexOf(character) ^ 1]!;
const base64url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

const good = () => sign(ours());

const attacks: Record<string, readonly [string, () => Promise<Attempt>]> = {
  "no token": ["token missing", async () => ({})],
  "an empty token": ["token missing", async () => ({ query: "?token=" })],
  "what is no token": ["token invalid", async () => inQuery(canary)],
  "the algorithm none": [
    "token invalid",
    async () =>
      inQuery(
        written('{"alg":"none"}', JSON.stringify({ sub: "eve", ...ours(), exp: now() + 60 }), ""),
      ),
  ],
  "the algorithm none, with a signature": [
    "token invalid",
    async () =>
      inQuery(
        written('{"alg":"none"}', JSON.stringify({ sub: "eve", ...ours(), exp: now() + 60 })),
      ),
  ],
  "another secret": [
    "token invalid",
    async () => inQuery(await sign(ours(), { key: encoded(canary.repeat(4)) })),
  ],
  "another algorithm": [
    "token invalid",
    async () => inQuery(await sign(ours(), { alg: "HS512", key: encoded(secret.repeat(2)) })),
  ],
  "no expiry": ["token invalid", async () => inQuery(await sign(ours({ exp: undefined })))],
  "an expiry that is past": [
    "token expired",
    async () => inQuery(await sign(ours({ exp: now() - 61 }))),
  ],
  "an expiry that never comes": [
    "token invalid",
    async () => inQuery(await sign(ours({ exp: 99_999_999_999 }))),
  ],
  "a beginning that is to come": [
    "token invalid",
    async () => inQuery(await sign(ours({ nbf: now() + 600 }))),
  ],
  "another audience": ["token invalid", async () => inQuery(await sign(ours({ aud: "there" })))],
  "another issuer": ["token invalid", async () => inQuery(await sign(ours({ iss: "them" })))],
  "no subject": ["token invalid", async () => inQuery(await sign(ours({ sub: undefined })))],
  "the server's own name": [
    "token invalid",
    async () => inQuery(await sign(ours({ sub: "server" }))),
  ],
  "a bit flipped in the header": ["token invalid", async () => inQuery(flip(await good(), 0))],
  "a bit flipped in the claims": ["token invalid", async () => inQuery(flip(await good(), 1))],
  "a bit flipped in the signature": ["token invalid", async () => inQuery(flip(await good(), 2))],
  "a huge token": ["token invalid", async () => inQuery(canary.repeat(1000))],
  "a huge token that is signed": [
    "token invalid",
    async () => inQuery(await sign(ours({ more: canary.repeat(700) }))),
  ],
  "a token twice": [
    "token invalid",
    async () => ({ query: `?token=${await good()}&token=${await good()}` }),
  ],
  "a good token behind a bad one": [
    "token invalid",
    async () => ({ query: `?token=x&token=${await good()}` }),
  ],
  "tokens in two places": [
    "token invalid",
    async () => ({
      query: `?token=${await good()}`,
      headers: { Authorization: `Bearer ${await good()}` },
    }),
  ],
  "two tokens as subprotocols": [
    "token invalid",
    async () => ({
      headers: { "Sec-WebSocket-Protocol": `bearer, ${await good()}, bearer, ${await good()}` },
    }),
  ],
  "a token for another room": [
    "room not allowed",
    async () => inQuery(await sign(ours({ rooms: ["other", "room"] }))),
  ],
  "a token for no room": ["room not allowed", async () => inQuery(await sign(ours({ rooms: [] })))],
};

/** Attempts to enter; what it hears and how it ends. */
async function attempt(url: URL, path: string, { query = "", headers = {} }: Attempt) {
  const socket = await RawSocket.open(url, path + query, { headers });
  // Whatever it says before it is judged is not heard.
  socket.send('{"type":"offer","payload":{}}');
  return { heard: await socket.rest(), end: await socket.closed };
}

describeAddresses((here) => {
  test.each(Object.entries(attacks))("%s is refused, and nobody notices", async (_, attack) => {
    const [reason, make] = attack;
    const room = freshRoom();
    const ann = await RoomClient.open(bySecret.url, here, room, "ann", { claims: ours() });
    await settle(ann);
    expect(await attempt(bySecret.url, `${here.path}/${room}`, await make())).toEqual({
      heard: [],
      end: { code: here.refusal, reason },
    });
    expect(await ann.heard()).toEqual([]);
    const bob = await RoomClient.open(bySecret.url, here, room, "bob", { claims: ours() });
    expect(await bob.next()).toMatchObject({ payload: { participant_count: 2 } });
  });

  test("the public key as the secret is refused, and its own tokens are not", async () => {
    const room = freshRoom();
    const path = `${here.path}/${room}`;
    for (const key of [pair.pem, pair.pem.trim()]) {
      const attack = inQuery(await sign(ours(), { key: encoded(key) }));
      expect(await attempt(byPublicKey.url, path, attack)).toEqual({
        heard: [],
        end: { code: here.refusal, reason: "token invalid" },
      });
    }
    const token = await sign(ours(), { key: pair.privateKey, alg: "RS256" });
    const socket = await RawSocket.open(byPublicKey.url, `${path}?token=${token}`);
    expect(await socket.nextJson()).toMatchObject({ payload: { participant_count: 1 } });
  });

  test("everybody is refused where there is no key", async () => {
    await using other = await ServerProcess.start();
    expect(await attempt(other.url, `${here.path}/a`, inQuery(await good()))).toEqual({
      heard: [],
      end: { code: here.refusal, reason: "no JWT key configured" },
    });
  });

  test("a token may be a header, or the subprotocol behind bearer, which is answered alone", async () => {
    const token = await good();
    const room = freshRoom();
    for (const [headers, answer] of [
      [{ Authorization: `Bearer ${token}` }, undefined],
      [{ "Sec-WebSocket-Protocol": `bearer, ${token}` }, "bearer"],
    ] as const) {
      const socket = await RawSocket.open(bySecret.url, `${here.path}/${room}`, { headers });
      expect(socket.handshake.headers["sec-websocket-protocol"] || undefined).toBe(answer);
      expect(await socket.nextJson()).toMatchObject({ payload: { participant_count: 1 } });
    }
  });

  test("a token's rooms let in by name and by beginning", async () => {
    const claims = ours({ rooms: ["lobby", "team-*"] });
    for (const room of ["lobby", "team-1", "team-"]) {
      const client = await RoomClient.open(bySecret.url, here, room, "ann", { claims });
      expect(await client.next()).toMatchObject({ room_id: room });
    }
  });
});

test("no token, no claim and no key is ever logged", async () => {
  for (const { log } of [bySecret, byPublicKey]) {
    const text = JSON.stringify(log);
    for (const word of [canary, "eyJ", secret, "BEGIN PUBLIC"]) expect(text).not.toContain(word);
  }
});
