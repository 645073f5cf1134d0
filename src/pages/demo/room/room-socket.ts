// A WebSocket of the room protocol that looks like one of the topic protocol, which is what the client library speaks.
// The room knows users. Whoever comes back is the same user, so its calls go on while the server is away.

import type { ServerFrame } from "../../../client/frames.ts";
import { socketUrl } from "../address.ts";
import type { Ice } from "../server-ice.ts";
import type { RoomProblem } from "./token-renewals.ts";

interface RoomParticipant {
  readonly user_id: string;
  readonly username: string;
}

/** What the server sends, as far as it is read. */
type RoomFrame =
  | {
      readonly type: "room-state";
      readonly payload: { readonly participants: readonly RoomParticipant[] };
    }
  | {
      readonly type: "error";
      readonly payload: {
        readonly code: string;
        readonly message: string;
        readonly details?: { readonly target_user_id?: string };
      };
    }
  | {
      readonly type: "offer" | "answer" | "ice-candidate";
      readonly sender_id: string;
      readonly payload: unknown;
    }
  | { readonly type: "user-joined" | "user-left" };

/** One stay in a room. */
export interface RoomLineOptions {
  readonly room: string;
  readonly userId: string;
  /** The latest that the server has taken. */
  readonly token: () => string;
  readonly ice: () => Ice;
  /** What the user is called. */
  readonly onName: (name: string) => void;
  /** There is another connection, and the server has let this user in. */
  readonly onIn: () => void;
  /** The server did not take a message. */
  readonly onProblem: (problem: RoomProblem) => void;
}

/** Seconds for the others to come back to a server that was away, before they count as gone. */
const comingBackSeconds = 15;

/** A stay, over as many sockets as it takes. */
export class RoomLine {
  readonly stay: RoomLineOptions;
  current: RoomSocket | undefined;
  hasBeenIn = false;

  constructor(stay: RoomLineOptions) {
    this.stay = stay;
  }

  /** What `join` takes as its `WebSocket`. */
  get WebSocket(): new () => RoomSocket {
    return RoomSocket.bind(undefined, this);
  }

  /** Sends a message of the room protocol. What there is no connection for is lost. */
  say(message: object): void {
    if (this.current?.isIn === true) this.current.say(message);
  }

  /** Gives the library the latest ICE servers. */
  renewIce(): void {
    this.current?.tell({ type: "ice", ...this.stay.ice() });
  }
}

class RoomSocket extends EventTarget {
  readonly #line: RoomLine;
  readonly #socket: WebSocket;
  isIn = false;

  constructor(line: RoomLine) {
    super();
    const { room, token } = line.stay;
    this.#line = line;
    line.current = this;
    const path = `/ws/webrtc/${encodeURIComponent(room)}?spelling=hyphen`;
    // Where no address has it, nothing keeps it.
    this.#socket = new WebSocket(socketUrl(path), ["bearer", token()]);
    this.#socket.addEventListener("message", ({ data }) => this.#take(JSON.parse(data)));
    this.#socket.addEventListener("close", ({ code, reason }) =>
      this.dispatchEvent(new CloseEvent("close", { code, reason })),
    );
  }

  /** @param text a message of the topic protocol */
  send(text: string): void {
    const { type, to, payload } = JSON.parse(text);
    this.say({ type, payload: { ...payload, target_user_id: to } });
  }

  close(code: number): void {
    this.#socket.close(code);
  }

  /** Sends a message of the room protocol. */
  say(message: object): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  /** Tells the library. */
  tell(frame: ServerFrame): void {
    if (this.isIn) this.dispatchEvent(new MessageEvent("message", { data: JSON.stringify(frame) }));
  }

  #take(frame: RoomFrame): void {
    switch (frame.type) {
      case "room-state":
        return this.#follow(frame.payload.participants);
      case "offer":
      case "answer":
      case "ice-candidate":
        return this.tell({ type: frame.type, from: frame.sender_id, payload: frame.payload });
      case "error":
        return this.#fail(frame.payload);
      case "user-joined":
      case "user-left":
        // The list that came before has it all.
        return;
      default:
        // Other clients say more than this page knows.
        frame satisfies never;
    }
  }

  #follow(participants: readonly RoomParticipant[]): void {
    const { userId, onName, ice } = this.#line.stay;
    const self = participants.find(({ user_id }) => user_id === userId);
    onName(self?.username ?? userId);
    const isNew = !this.isIn;
    this.isIn = true;
    if (isNew) {
      const back = { resumed: true, missed: true, resumeSeconds: comingBackSeconds };
      this.tell({
        type: "welcome",
        selfId: userId,
        ...ice(),
        ...(this.#line.hasBeenIn && back),
      });
      this.#line.hasBeenIn = true;
    }
    const peers = participants
      .filter(({ user_id }) => user_id !== userId)
      .map(({ user_id, username }) => ({ id: user_id, metadata: { name: username } }));
    this.tell({ type: "peer-list", peers });
    if (isNew) this.#line.stay.onIn();
  }

  #fail({ code, message, details }: Extract<RoomFrame, { type: "error" }>["payload"]): void {
    this.#line.stay.onProblem({ code, message, target: details?.target_user_id });
    // The library asks for a sign of life by a message to itself, which this answers.
    this.tell({ type: "error", code, message });
  }
}
