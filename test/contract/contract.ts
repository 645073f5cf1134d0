// What the contract suite must know of a wire protocol to play its cases against a server that speaks it.
// A part that a protocol does not have is left out, and so are the cases that need it. To add a protocol,
// write its contract in a file in protocols/, which exports it as `contract`.

import type { End } from "../support/raw-socket.ts";

/** Where a client wants to be, and as whom. */
export interface Seat {
  /** Unlike any other on the server: letters, digits and hyphens. */
  readonly topic: string;
  /** Unlike any other on the server, and begins with the topic. For protocols whose clients choose ids. */
  readonly id: string;
  /** A JSON Web Token whose `sub` is the id. */
  readonly token: string;
}

/** A client that is in a topic. */
export interface Member {
  readonly topic: string;
  /** What others call it. */
  readonly id: string;
}

/** A text that a client sends, and the text that a client reads because of it. */
export interface Exchange {
  readonly sent: string;
  readonly read: string;
}

export interface Contract {
  readonly name: string;

  /** Path and query at which a client connects, percent-encoded. */
  path(seat: Seat): string;
  /** What a client sends first. Left out: connecting is enough to be in the topic. */
  greetings?(seat: Seat): readonly string[];
  /**
   * The id in the first text that the server sends. Left out: the server waits for the client to speak.
   * @returns undefined if this is not the first text of the protocol
   */
  welcome?(text: string, seat: Seat): string | undefined;
  /** Whether a client is welcomed before it says in which topic it wants to be, and so before it can be refused. */
  readonly isWelcomedFirst?: boolean;
  /** A message that the server answers at once, whatever else it does. */
  ping(self: Member): Exchange;
  /** A frame as it is compared: times and counts of the server read alike. */
  steady?(text: string): string;

  /** A message to one other client. @param payload JSON, which must arrive as it is written */
  relay?(from: Member, to: Member, payload: string): Exchange;
  /** A message to everybody in the topic. */
  broadcast?(from: Member, payload: string): Exchange;
  /** Whether a broadcast is what a client shows of itself, as who joins does: no right is needed for that. */
  readonly showsOnly?: boolean;
  /** Whether the sender reads its own broadcasts, too. */
  readonly hasEcho?: boolean;
  /** What the sender of a broadcast reads because it was taken. Left out: nothing. */
  receipt?(broadcast: Exchange): string;

  /** What the sender of a relay reads if nobody has that id, or if the receiver's queue is full. */
  readonly failures?: {
    absent(from: Member, to: Member): string;
    dropped(from: Member, to: Member): string;
  };

  /** What a client reads whose token does not allow what it has sent. Left out: it is told nothing. */
  forbidden?(from: Member, to: Member, isBroadcast: boolean, sent: string): string;

  /** What a client reads that sends more than its rate allows. Left out: it is told nothing. */
  tooFast?(self: Member): string;

  /** What a client reads that has sent a message of more than so many bytes. Left out: it is told nothing. */
  tooLarge?(self: Member, maxBytes: number): string;

  /** The longest payload, in bytes, where it is less than the largest message. */
  readonly maxPayloadBytes?: number;

  /** How the members of a topic see each other. */
  readonly membership?: {
    joined(member: Member): string;
    left(member: Member): string;
    /** The ids that a list of members shows; undefined for any other frame. */
    listed(text: string): readonly string[] | undefined;
  };

  /** Whether a topic has two members, and ends for both when one leaves. Left out: it has any number, and goes on. */
  readonly isPair?: true;

  /** Whether an id is good in its topic only. False: ids are those of the whole server. */
  readonly hasTopics: boolean;

  /**
   * What happens if a second client comes with the id of a first. `shared`: both read what is sent to the
   * id. Otherwise a second client with the same token takes the id, and the first is closed with `older`;
   * one with another token is closed with `refused`. Left out: the server makes the ids.
   */
  readonly sameId?: "shared" | { readonly older: End; readonly refused: End };

  /** Whether nobody gets in without a token, also where the server does not require one. */
  readonly asksForTokens?: boolean;

  /** How a client that shows no sign of life is closed, and what makes the server wait only seconds. */
  readonly silence: { readonly end: End; readonly environment?: Readonly<Record<string, string>> };
  /** What a server needs beside its defaults for this suite. */
  readonly environment?: Readonly<Record<string, string>>;

  /** Texts that end at most the socket that sends them, beside those that are bad in any protocol. */
  hostile(self: Member): readonly string[];
}
