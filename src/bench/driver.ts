// What the load generator must know of a wire protocol in order to drive any server that speaks it.
// One small file a protocol; nothing else in this folder knows a message of any.

/** What a frame from the server is, told without parsing it. */
export type FrameKind = "relayed" | "error" | "other";

/** One client's arrival: it hears every frame that is neither relayed nor an error. */
export interface Arrival {
  /** Takes one frame. False: this is not the protocol. */
  hear(text: string): boolean;
  /** The server has said all that it says to a newcomer. */
  readonly entered: boolean;
  /** How to address another peer of the same topic, once one is known. */
  readonly partner: string | undefined;
}

export interface Driver {
  /** The protocol's name, for messages to people. */
  readonly protocol: string;
  /** Path and query at which a client enters the topic. */
  path(topic: string): string;
  arrive(): Arrival;
  /** Told from a few bytes: it runs for every frame. `error`: the server refused one of ours. */
  kindOf(bytes: Uint8Array, start: number, end: number): FrameKind;
  /** A frame that the server relays to `partner`, with `payload` (JSON) in it unchanged. */
  relayFrame(partner: string, payload: string): string;
}
