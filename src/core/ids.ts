// The names of things, branded so that the compiler tells a member's id from a topic's name.
// Brands are made here and nowhere else; at run time each is a plain string.

import { monotonicFactory } from "ulid";
import { ownString } from "./own-string.ts";

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** One member of a topic, unique for all time and on all nodes. */
export type MemberId = Branded<"MemberId">;

/** A topic's name as its clients know it, without the protocol's namespace. */
export type TopicName = Branded<"TopicName">;

/** One server process. */
export type NodeId = Branded<"NodeId">;

const ulid = monotonicFactory();

/** A fresh ULID: 26 characters of Crockford's base 32 that sort by time, within a millisecond too. */
export const newMemberId = (): MemberId => ulid() as MemberId;

/** A fresh id for this process. */
export const newNodeId = (): NodeId => ulid() as NodeId;

/** An id that a protocol makes by its own rules: the caller vouches that it is unique. */
export const memberId = (text: string): MemberId => ownString(text) as MemberId;

/** What the server makes by itself, and what of another node is taken for an id unless a protocol says else. */
export const isPlainId = (text: string): boolean => /^[\w-]{1,64}$/.test(text);

/** The id of another process, or `undefined` for what cannot be one. */
export const nodeId = (text: string): NodeId | undefined =>
  isPlainId(text) ? (ownString(text) as NodeId) : undefined;

/** The largest topic name, in bytes of UTF-8, where a protocol has no bound of its own. */
export const maxTopicNameBytes = 255;

/**
 * A topic's name, or `undefined` for one that is empty, over `maxTopicNameBytes`, or has half of a surrogate
 * pair: native channels are named in UTF-8, where all such halves are the same. It keeps nothing of the message
 * that it was cut from.
 */
export const topicName = (text: string): TopicName | undefined =>
  topicNameWithin(text, maxTopicNameBytes);

/** The same with another bound, in bytes of UTF-8. */
export const topicNameWithin = (text: string, maxBytes: number): TopicName | undefined =>
  isNameWithin(text, maxBytes) ? (ownString(text) as TopicName) : undefined;

export const isTopicName = (text: string): boolean => isNameWithin(text, maxTopicNameBytes);

const isNameWithin = (text: string, maxBytes: number): boolean =>
  text !== "" && text.isWellFormed() && Buffer.byteLength(text) <= maxBytes;
