// What the load generator must know about a wire protocol to drive any server that speaks it. Each protocol
// is one small file. Nothing else in this folder knows its messages.

/**
 * What kind of frame the server has sent. `relayed`: a message of another client. `error`: the server refused
 * a message of ours. `own`: a copy of a message that this client has sent, or the answer to one, which does not
 * count as delivered.
 * `other`: everything else.
 */
export type FrameKind = "relayed" | "error" | "own" | "other";

/** Where a client sits. If clients choose their ids, drivers make them from it. */
export interface Seat {
  /** Unique on this server. Letters, digits and hyphens. */
  readonly topic: string;
  /** The client's place in its topic, counted from 0: in a pair, 0 and 1. */
  readonly index: number;
}

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
  /** A message that the server relays to that client. @param payload JSON, which must arrive unchanged */
  relayFrame(payload: string): string;
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

export interface Driver {
  /** Path and query at which a client connects. */
  path(seat: Seat): string;
  /** The same for a client that may come back after its connection is lost; unset if the protocol has no such thing. */
  stayingPath?(seat: Seat): string;
  begin(seat: Seat): DriverConversation;
  /** Flags for the server that the benchmark starts, if the protocol needs some. */
  readonly serverFlags?: readonly string[];
}
