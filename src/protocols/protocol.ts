// The contract between the server and a wire protocol. A protocol is a folder: what it reads and writes, what
// it answers at which paths, and how it explains itself to people. The server knows nothing else of it.

import type { Identity } from "../auth/identity.ts";
import type { Tokens } from "../auth/tokens.ts";
import type { Clock } from "../core/clock.ts";
import type { CloseReason } from "../core/close.ts";
import type { Hub } from "../core/hub.ts";
import type { HubSpec } from "../core/hub-spec.ts";
import type { NodeId } from "../core/ids.ts";
import type { Peer, RelayListener } from "../core/peer.ts";
import type { Patience } from "../core/peer-group.ts";
import type { Staying } from "../core/staying.ts";
import type { HostedServers } from "../ice/hosted.ts";
import type { ServiceCounts } from "../observe/counts.ts";
import type { Check, Option, Settings } from "../options/option.ts";
import type { FrameLimit } from "./frame-limit.ts";

export interface Protocol {
  /** In logs, metrics and the names of its hubs. */
  readonly name: string;
  readonly guide: Guide;
  /** What an operator may set, in the order in which the help shows it. */
  readonly options: readonly Option<unknown>[];
  /** What must hold between the options. */
  readonly checks?: readonly Check[];
  /** How long a message may be; its option is one of `options`. If unset, `--max-frame-bytes` holds. */
  readonly frameLimit?: FrameLimit;
  /** It always asks for tokens. For other protocols the operator decides. */
  readonly asksForTokens?: true;
  setUp(context: Context): Service;
}

/** What the server gives a protocol. */
export interface Context {
  /** Makes a hub. Its namespace is the protocol's name, or begins with it and a `-`. */
  hub<Info>(namespace: string, spec: HubSpec<Info>): Hub<Info>;
  readonly node: NodeId;
  readonly settings: Settings;
  readonly tokens: Tokens;
  readonly clock: Clock;
  readonly log: ProtocolLog;
  readonly staying: Staying;
  /** ICE servers of a hosted service, if there is one. */
  readonly hostedIce: HostedServers | undefined;
}

/** Tells the operator something. Never pass it a text that came from a client. */
export interface ProtocolLog {
  warn(fields: object, message: string): void;
}

/** A protocol that is set up. */
export interface Service {
  readonly routes: readonly Route[];
  /** What it counts by itself; read when an operator asks. */
  readonly counts?: () => ServiceCounts;
  /** How it waits for a sign of life, as far as that differs from the server's own patience. */
  readonly patience?: Partial<Patience>;
}

/**
 * Who is answered. `token-if-required`: whoever has a good token, if the operator wants tokens for this
 * protocol, and everybody if not. `same-origin`: the same, but pages of other origins cannot read the answer.
 */
export type Access = "public" | "token-if-given" | "token-if-required" | "token" | "same-origin";

/**
 * A path that is answered. `:name` stands for one segment that is not empty, `*name` at the end for all that
 * follows. Doubled slashes count as one, and a slash at the end does not count after a word. Two routes of one kind
 * that can match the same request are refused when the server starts.
 */
export type Route = SocketRoute | GetRoute;

interface AnyRoute {
  /** Percent-encoded, as in a request. */
  readonly path: `/${string}`;
  readonly access: Access;
}

/** Answers a WebSocket upgrade. A plain request is answered with 426, unless a `GetRoute` has the path too. */
export interface SocketRoute extends AnyRoute {
  /**
   * Reads the address, and does nothing else: no token has been looked at.
   * @returns how the conversation begins once the token gate is passed, or what is wrong with the address:
   * an answer in place of the upgrade, or a Close frame after it
   */
  socket(visit: Visit): Opening | Response | CloseReason;
  /** Answers only what no other route does: what the operator has given it may match others, too. */
  readonly yields?: true;
  /** Close code for a token that is refused. Default: 1008. */
  readonly refusalCode?: number;
}

/** Answers GET and HEAD, after the token gate. */
export interface GetRoute extends AnyRoute {
  /** The words of the path match in any case, as in Express. If unset: as they are. */
  readonly ignoresCase?: true;
  /** Whether a plain request is for this route where a socket is served at the same path, too. If unset: always. */
  isMeant?(params: Visit["params"]): boolean;
  /**
   * @param request may be read during the call only
   * @param identity who holds the token, if the route needed one
   */
  get(visit: Visit, request: Request, identity?: Identity): Response | Promise<Response>;
}

/** A request as the router has matched it. */
export interface Visit {
  readonly url: URL;
  /** The client's, an IPv6 one by its /64 network; `undefined` for one in a trusted network. */
  readonly address?: string | undefined;
  /** Of the connection: a proxy's, if there is one. Set for `GetRoute`. */
  readonly remoteAddress?: string;
  /** What stands for the names in the path, percent-encoded. */
  readonly params: Readonly<Record<string, string>>;
}

/**
 * Begins a conversation with a client whose upgrade was accepted, or says why it is closed at once. If it must
 * wait, it returns a promise of another opening, which is called only if the socket is still open.
 * @param identity who holds the token, if the route needed one
 */
export type Opening = (
  peer: Peer,
  identity?: Identity,
) => Conversation | CloseReason | Promise<Opening>;

/** One client's side of a protocol. */
export interface Conversation extends RelayListener {
  /**
   * A whole message. Bad input is answered, or ends this socket; a throw is a fault of ours.
   * @returns nothing, or, if it must wait, a promise of how to go on. Until then further messages of this
   * socket wait, and so does `closed`, unless the server closes the socket: then it does not go on.
   */
  receive(text: string): void | Promise<() => void>;
  /**
   * The client sends more than it may: what it sends is ignored for now. Says so in the protocol's words, if it has some.
   * Called at most once in `retrySeconds`.
   */
  tooFast?(retrySeconds: number): void;
  /**
   * The client has sent a message of more than `maxBytes`. Says so, where the protocol has words for it; then
   * the server closes the socket with 1009.
   */
  tooLarge?(maxBytes: number): void;
  /**
   * The socket is closed: nothing can be sent any more. Called once.
   * @param code of the Close frame, if the client sent one: 1005 if that had none, 1006 if there was none
   */
  closed(code: number): void;
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
