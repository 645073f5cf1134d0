// What the load generator must know of a wire protocol in order to drive any server that speaks it.
// One small file a protocol; nothing else in this folder knows a message of any.

/**
 * What a frame from the server is, told without parsing it. `own`: a copy of a frame that this very client
 * sent, which is no delivery.
 */
export type FrameKind = "relayed" | "error" | "own" | "other";

/** Where a client sits: protocols in which clients choose their ids make them from it. */
export interface Seat {
  /** Unlike any other on this server; letters, digits and hyphens. */
  readonly topic: string;
  /** Its place in the topic, counted from 0: in a pair, one has 0 and the other 1. */
  readonly index: number;
}

/** One client's side of the protocol. It hears every frame that is neither relayed nor an error. */
export interface Conversation {
  /** What the client says first, a text message each. */
  readonly greetings: readonly string[];
  /** Takes one frame. False: this is not the protocol. */
  hear(text: string): boolean;
  /** The message with which the client answers a frame that it has just heard, if it does. */
  answerTo?(text: string): string | undefined;
  /** The server has said all that it says to a newcomer. */
  readonly entered: boolean;
  /** A frame can be addressed to another client of the topic, should that one have entered. */
  readonly paired: boolean;
  /** Told from a few bytes: it runs for every frame. `error`: the server refused one of ours. */
  kindOf(bytes: Uint8Array, start: number, end: number): FrameKind;
  /** A frame that the server relays to that other one, with `payload` (JSON) in it unchanged. */
  relayFrame(payload: string): string;
}

export interface Driver {
  /** Path and query at which a client connects. */
  path(seat: Seat): string;
  begin(seat: Seat): Conversation;
  /** What a server that is started for the measurement must be told beside its defaults. */
  readonly serverFlags?: readonly string[];
}
