// What an operator may set of tokens: the one key that they are signed with, and for whom they must be.

import { createPublicKey, type KeyObject } from "node:crypto";
import * as v from "valibot";
import {
  type Check,
  file,
  type Option,
  type Settings,
  text,
  variableOf,
} from "../options/option.ts";

const option = <Value>(declared: Option<Value>): Option<Value> => declared;

/** RFC 7518, section 3.2: a key of HS256 has at least the 256 bits of its hash. */
const minSecretBytes = 32;

/** A public key is known to everybody, whoever takes it for a secret. */
const isSecret = (given: string): boolean =>
  Buffer.byteLength(given) >= minSecretBytes && !/-----BEGIN [A-Z ]*(?:PUBLIC|CERTIF)/.test(given);

const encode = v.transform((given: string): Uint8Array => new TextEncoder().encode(given));

/** A key and the algorithms of RFC 7518 and RFC 9864 that it is for. */
export interface PublicKey {
  readonly key: KeyObject;
  readonly algorithms: readonly string[];
}

/** Bits of an RSA key, at least: RFC 7518, section 3.3. */
const minModulusBits = 2048;

function publicKeyIn(pem: string): PublicKey | undefined {
  if (!/-----BEGIN (?:RSA )?PUBLIC KEY-----/.test(pem)) return undefined;
  try {
    const key = createPublicKey(pem);
    const algorithms = algorithmsOf(key);
    return algorithms === undefined ? undefined : { key, algorithms };
  } catch {
    return undefined;
  }
}

function algorithmsOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject) {
  switch (asymmetricKeyType) {
    case "rsa":
      return (asymmetricKeyDetails?.modulusLength ?? 0) < minModulusBits ? undefined : ["RS256"];
    case "ec":
      return asymmetricKeyDetails?.namedCurve === "prime256v1" ? ["ES256"] : undefined;
    case "ed25519":
      return ["EdDSA", "Ed25519"];
    default:
      return undefined;
  }
}

export const jwtSecret = option<Uint8Array | undefined>({
  name: "jwt-secret",
  placeholder: "secret",
  schema: v.pipe(
    v.string(),
    v.check(isSecret, `must be at least ${minSecretBytes} bytes long, and no public key`),
    encode,
  ),
  default: undefined,
  help: "shared secret that signs HS256 tokens, at least 32 bytes; other users of the machine can see flags, so prefer the variable",
  isSecret: true,
});

export const jwtSecretFile = option<Uint8Array | undefined>({
  name: "jwt-secret-file",
  placeholder: "path",
  schema: v.pipe(
    file(),
    v.transform((held) => held.replace(/\r?\n$/, "")),
    v.check(isSecret, `must be a file with at least ${minSecretBytes} bytes, and no public key`),
    encode,
  ),
  default: undefined,
  help: "file that holds this secret; a line break at its end is ignored",
});

export const jwtPublicKeyFile = option<PublicKey | undefined>({
  name: "jwt-public-key-file",
  placeholder: "path",
  schema: v.pipe(
    file(),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      const key = publicKeyIn(dataset.value);
      if (key !== undefined) return key;
      addIssue({
        message: "must be a PEM file with a public key: RSA from 2048 bits, P-256 or Ed25519",
      });
      return NEVER;
    }),
  ),
  default: undefined,
  help: "PEM file with the public key that verifies RS256, ES256 or EdDSA tokens",
});

export const jwksUrl = option<URL | undefined>({
  name: "jwks-url",
  placeholder: "url",
  schema: v.pipe(
    v.string(),
    v.check((given) => /^https?:/i.test(given) && URL.canParse(given), "must be like https://…"),
    v.transform((given) => new URL(given)),
  ),
  default: undefined,
  help: "URL of a JSON Web Key Set with the public keys; it is fetched when needed and kept for 10 minutes",
  // It may hold a password.
  isSecret: true,
});

export const jwtAudience = option<string | undefined>({
  name: "jwt-audience",
  placeholder: "text",
  schema: text(),
  default: undefined,
  help: "required audience (aud) of tokens; not checked if unset",
});

export const jwtIssuer = option<string | undefined>({
  name: "jwt-issuer",
  placeholder: "text",
  schema: text(),
  default: undefined,
  help: "required issuer (iss) of tokens; not checked if unset",
});

export const keyOptions = [jwtSecret, jwtSecretFile, jwtPublicKeyFile, jwksUrl] as const;

/** Whether there is a key to verify tokens with. */
export const hasKey = (settings: Settings): boolean =>
  keyOptions.some((each) => settings<unknown>(each) !== undefined);

/** In the order in which the help shows them. */
export const options: readonly Option<unknown>[] = [...keyOptions, jwtAudience, jwtIssuer];

export const checks: readonly Check[] = [
  {
    of: keyOptions,
    problems: (settings) => {
      const set = keyOptions.filter((each) => settings<unknown>(each) !== undefined);
      return set.length > 1
        ? [`only one key may be set: not ${set.map(variableOf).join(" and ")} together`]
        : [];
    },
  },
];
