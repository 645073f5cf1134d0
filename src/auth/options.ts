// The options for tokens: the key that verifies them, perhaps with the secret before it, and the audience and issuer that they must have.

import { createPublicKey, type KeyObject } from "node:crypto";
import * as v from "valibot";
import {
  type Check,
  file,
  fileWith,
  httpUrl,
  type Option,
  type Settings,
  text,
  variableOf,
} from "../options/option.ts";
import { dev } from "./dev-key.ts";

const option = <Value>(declared: Option<Value>): Option<Value> => declared;

/** RFC 7518, section 3.2: a key for HS256 has at least 256 bits. */
const minSecretBytes = 32;

/** Refuses a public key, which everybody may know, and whoever knows the secret can make tokens. */
const isSecret = (given: string): boolean =>
  Buffer.byteLength(given) >= minSecretBytes && !/-----BEGIN [A-Z ]*(?:PUBLIC|CERTIF)/.test(given);

const encode = v.transform((given: string): Uint8Array => new TextEncoder().encode(given));

/** A public key, and the algorithms of RFC 7518 and RFC 9864 that it can verify. */
export interface PublicKey {
  readonly key: KeyObject;
  readonly algorithms: readonly string[];
}

/** Least number of bits of an RSA key: RFC 7518, section 3.3. */
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
  isReloaded: true,
  placeholder: "secret",
  schema: v.pipe(
    v.string(),
    v.check(isSecret, `must be at least ${minSecretBytes} bytes long, and not a public key`),
    encode,
  ),
  default: undefined,
  help: "shared secret that signs HS256 tokens, at least 32 bytes; other users of the machine can see flags, so prefer the variable",
  isSecret: true,
});

const jwtSecretFile = fileWith(jwtSecret);

export const jwtSecretPrevious = option<Uint8Array | undefined>({
  name: "jwt-secret-previous",
  isReloaded: true,
  placeholder: "secret",
  schema: jwtSecret.schema,
  default: undefined,
  help: "shared secret that was replaced by --jwt-secret; tokens that it has signed are still good",
  isSecret: true,
});

const jwtSecretPreviousFile = fileWith(jwtSecretPrevious);

export const jwtKid = option<string | undefined>({
  name: "jwt-kid",
  isReloaded: true,
  placeholder: "text",
  schema: text(),
  default: undefined,
  help: "name of --jwt-secret in the header of tokens (kid); tokens with another one are not tried with it",
});

export const jwtKidPrevious = option<string | undefined>({
  name: "jwt-kid-previous",
  isReloaded: true,
  placeholder: "text",
  schema: text(),
  default: undefined,
  help: "the same for --jwt-secret-previous",
});

export const jwtPublicKeyFile = option<PublicKey | undefined>({
  name: "jwt-public-key-file",
  isReloaded: true,
  placeholder: "path",
  schema: v.pipe(
    file(),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      const key = publicKeyIn(dataset.value);
      if (key !== undefined) return key;
      addIssue({
        message:
          "must be a PEM file with a public key: RSA of at least 2048 bits, P-256 or Ed25519",
      });
      return NEVER;
    }),
  ),
  default: undefined,
  help: "PEM file with the public key that verifies RS256, ES256 or EdDSA tokens",
});

export const jwksUrl = option<URL | undefined>({
  name: "jwks-url",
  isReloaded: true,
  placeholder: "url",
  schema: httpUrl(),
  default: undefined,
  help: "URL of a JSON Web Key Set with the public keys; it is fetched when needed and kept for 10 minutes",
  // The URL may contain a password.
  isSecret: true,
});

const jwksUrlFile = fileWith(jwksUrl);

export const jwtAudience = option<string | undefined>({
  name: "jwt-audience",
  isReloaded: true,
  placeholder: "text",
  schema: text(),
  default: undefined,
  help: "required audience (aud) of tokens; not checked if unset",
});

export const jwtIssuer = option<string | undefined>({
  name: "jwt-issuer",
  isReloaded: true,
  placeholder: "text",
  schema: text(),
  default: undefined,
  help: "required issuer (iss) of tokens; not checked if unset",
});

export const keyOptions = [jwtSecret, jwtPublicKeyFile, jwksUrl] as const;

/** Whether there is a key. Without one, every token is refused. */
export const hasKey = (settings: Settings): boolean =>
  settings(dev) || keyOptions.some((each) => settings<unknown>(each) !== undefined);

/** In the order in which the help shows them. */
export const options: readonly Option<unknown>[] = [
  jwtSecret,
  jwtSecretFile,
  jwtSecretPrevious,
  jwtSecretPreviousFile,
  jwtKid,
  jwtKidPrevious,
  jwtPublicKeyFile,
  jwksUrl,
  jwksUrlFile,
  jwtAudience,
  jwtIssuer,
];

const needs = (one: Option<unknown>, other: Option<unknown>): Check => ({
  of: [one, other],
  problems: (settings) =>
    settings(one) !== undefined && settings(other) === undefined
      ? [`${variableOf(one)} needs ${variableOf(other)}`]
      : [],
});

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
  {
    of: [dev, ...keyOptions],
    problems: (settings) => {
      const set = keyOptions.filter((each) => settings<unknown>(each) !== undefined);
      return settings(dev) && set.length > 0
        ? [`--dev makes a key of its own: leave it out, or ${set.map(variableOf).join(" and ")}`]
        : [];
    },
  },
  needs(jwtSecretPrevious, jwtSecret),
  needs(jwtKid, jwtSecret),
  needs(jwtKidPrevious, jwtSecretPrevious),
];
