// What the load generator must know about a wire protocol to drive any server that speaks it. Each protocol
// is one small file. Nothing else in this folder knows its messages.

/**
 * What kind of frame the server has sent. `relayed`: a message of another client. `error`: the server refused
 * a message of ours. `own`: a copy of a message that this client has sent, or the answer to one, which does not
 * count as delivered; also a message that is for another client. `news`: what this client knows enough of to leave it
 * unread. `other`: everything else.
 */
export type FrameKind = "relayed" | "error" | "own" | "news" | "other";

/** Where a client sits. If clients choose their ids, drivers make them from it. */
export interface Seat {
  /** Unique on this server. Letters, digits and hyphens. */
  readonly topic: string;
  /** The client's place in its topic, counted from 0: in a pair, 0 and 1. */
  readonly index: number;
}

/** The seats of all others in a topic. @param size of the topic */
export const otherSeats = ({ topic, index }: Seat, size: number): readonly Seat[] =>
  Array.from({ length: size }, (_, other) => ({ topic, index: other })).toSpliced(index, 1);

/** One client's side of the protocol. */
export interface DriverConversation {
  /** The text messages that the client sends first. */
  readonly greetings: readonly string[];
  /** Takes one frame of the kind `other`. @returns false if it is not a frame of this protocol */
  hear(text: string): boolean;
  /** The text message that answers a frame which `hear` has just taken; undefined if it needs no answer. */
  answerTo?(text: string): string | undefined;
  /** Whether the server has sent all that a newcomer gets. */
  readonly entered: boolean;
  /** Whether it knows how to address another client of its topic. That one may not have entered yet. */
  readonly paired: boolean;
  /** Runs for every frame, so it looks at a few bytes and parses nothing. */
  kindOf(bytes: Uint8Array, start: number, end: number): FrameKind;
  /**
   * A message that the server relays to one client.
   *
   * @param payload JSON, which must arrive unchanged
   * @param to one of `others`; if unset, the client that `paired` is about
   */
  relayFrame(payload: string, to?: string): string;
  /**
   * How to address each other client of a topic, as far as it knows them; unset if only pairs are driven.
   *
   * @param size of the topic, with itself
   */
  others?(size: number): readonly string[];
  /**
   * Goes on with the same membership on another connection; unset if the protocol has no such thing. Until the server
   * has said that it is the same, `entered` is false.
   *
   * @param received frames that the client has received in all
   * @returns path and query of that connection; undefined if the server has not said how
   */
  comeBack?(received: number): string | undefined;
  /** A message that the server answers with a frame of the kind `own`, and passes on to nobody; unset if there is none. */
  readonly question?: string;
  /** A message that the server sends to everybody else in the topic; unset if fan-out is not measured. */
  broadcastFrame?(payload: string): string;
}

/** Gets each message, from `bytes[start]` to before `bytes[end]`. Valid only during the call. */
export type MessageListener = (bytes: Uint8Array, start: number, end: number) => void;

/** For protocols that do not keep to frames: a frame may hold several messages, or a part of one. */
export interface MessageSplitter {
  push(bytes: Uint8Array, start: number, end: number): void;
}

export interface Driver {
  /** Path and query at which a client connects. */
  path(seat: Seat): string;
  /** The same for a client that may come back after its connection is lost; unset if the protocol has no such thing. */
  stayingPath?(seat: Seat): string;
  begin(seat: Seat): DriverConversation;
  /** Flags for the server that the benchmark starts, if the protocol needs some. */
  readonly serverFlags?: readonly string[];
  /** Whether messages travel in binary frames, in both directions. */
  readonly isBinary?: boolean;
  /** Splits a connection's frames into messages; unset if a frame is one message. */
  splitter?(listener: MessageListener): MessageSplitter;
}
