// The tokens by which a client comes back to its membership. Each can be read without the node that made it, by a key
// that nodes share, and is bound to a topic and to the user of the token that the server asked for.

import { timingSafeEqual } from "node:crypto";
import { type MemberId, memberId, type NodeId, nodeId } from "../../core/ids.ts";

/** Longer than any token. */
const maxLength = 256;

/** What a token is bound to. */
export interface Holder {
  readonly topic: string;
  /** The `sub` of the client's token; `undefined` where none is required. */
  readonly userId: string | undefined;
}

/** What a good token says. */
export interface ResumeClaim {
  readonly id: MemberId;
  /** Different in each token. */
  readonly serial: string;
  /** When it was made, in milliseconds since 1970. */
  readonly madeAt: number;
  /** The node that made it, which had the member then. */
  readonly node: NodeId | undefined;
}

/** @param key a secret of at least 32 bytes @param node the one that makes it */
export function makeResumeToken(
  key: string,
  { id, serial, node }: Pick<ResumeClaim, "id" | "serial" | "node">,
  holder: Holder,
): string {
  const claim = `${id}.${serial}.${Date.now().toString(36)}.${node}`;
  return `${claim}.${seal(key, claim, holder)}`;
}

/**
 * @param keys by any of which it may have been made
 * @returns `undefined` for a token of another topic, user or key, and for any other text
 */
export function readResumeToken(
  keys: readonly string[],
  text: string,
  holder: Holder,
): ResumeClaim | undefined {
  const end = text.lastIndexOf(".");
  if (text.length > maxLength || end < 0) return undefined;
  const claim = text.slice(0, end);
  const given = Buffer.from(text.slice(end + 1));
  if (!keys.some((key) => isEqual(given, Buffer.from(seal(key, claim, holder))))) return undefined;
  const [id = "", serial = "", madeAt = "", node = ""] = claim.split(".");
  return { id: memberId(id), serial, madeAt: Number.parseInt(madeAt, 36), node: nodeId(node) };
}

const isEqual = (given: Buffer, expected: Buffer): boolean =>
  given.length === expected.length && timingSafeEqual(given, expected);

const seal = (key: string, claim: string, { topic, userId = "" }: Holder): string =>
  new Bun.CryptoHasher("sha256", key)
    .update(JSON.stringify([claim, topic, userId]))
    .digest("base64url");

/** 96 bits. */
export const newSerial = (): string =>
  Buffer.from(crypto.getRandomValues(new Uint8Array(12))).toString("base64url");
