// Why the server ends a connection: a closed table. Protocols add those that their wire names.
// RFC 6455, section 7.4 and IANA's registry for the codes; a client may come back at once after
// 1012, later after 1013, and should not after 1007 to 1009 without changing what it does.

export interface CloseReason {
  /** For operators, in metrics: lower case, with hyphens. Closed, whatever the text says. */
  readonly name: string;
  /** A code of RFC 6455, section 7.4, or 4000 to 4999. */
  readonly code: number;
  /** At most 123 bytes of UTF-8; clients show it to people. */
  readonly reason: string;
  /** When the client may come back with the same request; never if unset. */
  readonly retry?: "now" | "later";
}

/** Tells a reason to close from what is given in its place. */
export const isCloseReason = (value: object): value is CloseReason => "code" in value;

export const closeReasons = {
  /** The peer did not read for `slowPeerSeconds`. */
  slow: {
    name: "slow",
    code: 1013,
    reason: "too slow: frames were waiting for too long",
    retry: "later",
  },
  /** The peer showed no sign of life for `silentSeconds`. */
  silent: { name: "silent", code: 1001, reason: "no sign of life", retry: "now" },
  /** The peer's token is over. */
  expired: { name: "token-expired", code: 4001, reason: "token expired" },
  /** The peer's token was revoked. */
  revoked: { name: "token-revoked", code: 4001, reason: "token revoked" },
  /** The peer's token does not name this topic. */
  notAllowed: { name: "room-not-allowed", code: 1008, reason: "room not allowed" },
  /** The server is being stopped or replaced. */
  restart: { name: "restart", code: 1012, reason: "server restarting", retry: "now" },
  /** The topic has `maxTopicMembers` members. */
  topicFull: { name: "topic-full", code: 1013, reason: "topic full", retry: "later" },
  /** The client sent ten times more than it may for some seconds, or twenty times in an instant. */
  tooFast: { name: "too-fast", code: 1008, reason: "too fast", retry: "later" },
  /** The node has `maxTopics` topics. */
  tooManyTopics: {
    name: "too-many-topics",
    code: 1013,
    reason: "too many topics on this server",
    retry: "later",
  },
  /** The client sent more than is kept while its conversation waits for something. */
  backlogFull: {
    name: "backlog-full",
    code: 1013,
    reason: "too much before an answer",
    retry: "later",
  },
  /** The client sent a message that is longer than its protocol allows. */
  tooLarge: { name: "too-large", code: 1009, reason: "message too large" },
  /** The id is a member of this topic already. */
  idTaken: { name: "id-taken", code: 1008, reason: "id taken" },
  /** A fault of ours while handling this peer's frame. */
  fault: { name: "fault", code: 1011, reason: "internal error", retry: "later" },
  /** A binary frame that is not text. */
  notUtf8: { name: "not-utf8", code: 1007, reason: "not UTF-8" },
} as const satisfies Record<string, CloseReason>;

/** Why a peer could not become a member of a topic. */
export type NotJoined = "full" | "forbidden" | "taken" | "crowded";

/** What a client is told whose protocol has no words of its own for it. */
export const notJoined = {
  full: closeReasons.topicFull,
  forbidden: closeReasons.notAllowed,
  taken: closeReasons.idTaken,
  crowded: closeReasons.tooManyTopics,
} as const satisfies Record<NotJoined, CloseReason>;
