// The contract between the server and a wire protocol. A protocol is one file: the paths it answers, what
// it reads and writes there, and how it explains itself to people. The server knows nothing else of it.

import type { Tokens } from "../auth/tokens.ts";
import type { CloseReason } from "../core/close.ts";
import type { Node } from "../core/node.ts";
import type { Patience, Peer } from "../core/peer.ts";
import type { Check, Option, Settings } from "../options/option.ts";

/** One client's side of a protocol, as long as its socket is open. */
export interface Conversation {
  /**
   * A whole message. Bad input is answered, or ends this socket; a throw is a fault of ours.
   * @returns nothing, or, where it must wait, a promise of how to go on: until then this socket's further
   * messages wait, and so does `closed`, unless it is this server that closes the socket: then it is not
   * gone on.
   */
  // biome-ignore lint/suspicious/noConfusingVoidType: most have nothing to wait for, and return nothing
  receive(text: string): void | Waiting;
  /** The socket is closed: nothing can be sent any more. Called once. */
  closed(): void;
}

type Waiting = Promise<() => void>;

/**
 * Begins a conversation with a client whose upgrade was accepted, or says why it is closed at once. One
 * that must wait gives a promise of how it then begins: it is called only if the socket is still open.
 */
export type Opening = (peer: Peer) => Conversation | CloseReason | Promise<Opening>;

export interface Incoming {
  readonly request: Request;
  readonly url: URL;
  /** Whether it asks for a WebSocket in the way RFC 6455 wants; no upgrade succeeds without. */
  readonly isUpgrade: boolean;
}

/** A protocol at its paths. */
export interface Mount {
  /**
   * What this protocol says to a request: an HTTP answer, an opening for an upgrade (a request that is
   * none gets 426 then), or nothing, when the path is not one of its own. The request is read during the
   * call only: an opening comes when it is gone.
   */
  route(incoming: Incoming): Response | Promise<Response> | Opening | undefined;
  /**
   * Whether the plain answer at a path is for everybody, also where the operator wants tokens for this
   * protocol; nothing is without. Openings never are.
   */
  isPublic?(path: string): boolean;
  /** How it waits for a sign of life, as far as that differs from the server's own patience. */
  readonly patience?: Partial<Patience>;
}

/** Where a protocol tells the operator something; never with a text that came from a client. */
export interface ProtocolLog {
  warn(fields: object, message: string): void;
}

export interface Protocol {
  /** In logs, metrics and the names of its native channels. */
  readonly name: string;
  readonly guide: Guide;
  /** What an operator may set of it, in the order in which the help shows them. */
  readonly options: readonly Option<unknown>[];
  /** It asks for tokens by itself, always; of others the operator may want them. */
  readonly asksForTokens?: true;
  /** What must hold between them. */
  readonly checks?: readonly Check[];
  mount(node: Node, settings: Settings, log: ProtocolLog, tokens: Tokens): Mount;
}

/** What the start page says of a protocol. */
export interface Guide {
  readonly title: string;
  /** Where it is, as a person would write it: `/ws/{topic}`. */
  readonly path: string;
  /** One sentence: for whom it is. */
  readonly about: string;
  readonly snippets: readonly Snippet[];
}

export interface Snippet {
  /** Whose code it is: `Browser`, `Go`. */
  readonly client: string;
  readonly language: string;
  /** `{ws}` stands for `ws(s)://host`, `{http}` for `http(s)://host`. */
  readonly code: string;
}
