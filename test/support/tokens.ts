// Tokens for tests, and the keys that they are signed with.

import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { type JWTPayload, SignJWT } from "jose";

export const secret = "a secret of the tests, 32 bytes or more";

export const encoded = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Seconds since 1970. */
export const now = (): number => Math.floor(Date.now() / 1000);

export interface Signing {
  readonly key?: Uint8Array | KeyObject;
  readonly alg?: string;
  readonly kid?: string;
}

/** A token that is good for five minutes, unless the claims say otherwise; an undefined claim is left out. */
export function sign(
  claims: Record<string, unknown> = {},
  { key = encoded(secret), alg = "HS256", kid }: Signing = {},
): Promise<string> {
  const payload: JWTPayload = { sub: "alice", exp: now() + 300, ...claims };
  return new SignJWT(payload)
    .setProtectedHeader({ alg, ...(kid !== undefined && { kid }) })
    .sign(key);
}

/** A token of any header and claims, as JSON; signed with the secret unless a signature is given. */
export function written(header: string, claims: string, signature?: string): string {
  const input = [header, claims].map((part) => Buffer.from(part).toString("base64url")).join(".");
  const hash = new Bun.CryptoHasher("sha256", secret).update(input).digest("base64url");
  return `${input}.${signature ?? hash}`;
}

export interface Pair {
  readonly alg: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly pem: string;
}

export function keyPair(alg: "RS256" | "ES256" | "EdDSA", modulusLength = 2048): Pair {
  const { privateKey, publicKey } = generated(alg, modulusLength);
  const pem = publicKey.export({ type: "spki", format: "pem" }).toString();
  return { alg, privateKey, publicKey, pem };
}

function generated(alg: string, modulusLength: number) {
  if (alg === "RS256") return generateKeyPairSync("rsa", { modulusLength });
  if (alg === "ES256") return generateKeyPairSync("ec", { namedCurve: "P-256" });
  return generateKeyPairSync("ed25519");
}
