// One stay in a room, from joining to leaving: the line to the server, which comes back by itself, the
// token, which may be renewed, and the connections to the others.

import { socketUrl } from "../address.ts";
import { Line } from "../line.ts";
import type { Meeting } from "../meeting.ts";
import type { SignalType } from "../people.ts";
import { type Configuration, fetchConfiguration, refreshAfter } from "./configuration.ts";
import { Attendance, type Participant } from "./roster.ts";
import type { Token } from "./token.ts";
import { inWords } from "./words.ts";

/** What the server sends. Payloads of signals come from other people and are theirs to get wrong. */
type Frame =
  | {
      readonly type: "room-state";
      readonly payload: { readonly participants: readonly Participant[] };
    }
  | {
      readonly type: "error";
      readonly payload: { readonly code: string; readonly message: string };
    }
  | { readonly type: SignalType; readonly sender_id: string; readonly payload: object }
  | { readonly type: "user-joined" | "user-left" };

export interface StayOptions {
  readonly room: string;
  readonly token: Token;
  readonly configuration: Configuration;
  readonly meeting: Meeting;
  /** This page is in the room; again after a line was lost. */
  readonly onIn: () => void;
  /** The line is lost; it is sought again. */
  readonly onLost: () => void;
  /** The server did not take a token that was to replace the one before. */
  readonly onNotRenewed: (problem: string) => void;
  /** The server wants this page in the room no longer, or not at all. */
  readonly onRefused: (problem: string) => void;
}

export class Stay {
  readonly #options: StayOptions;
  readonly #line: Line<Frame>;
  readonly #attendance: Attendance;
  #token: Token;
  #tokenBefore: Token | undefined;
  #configuration: Configuration;
  #refresh: ReturnType<typeof setTimeout> | undefined;

  constructor(options: StayOptions) {
    this.#options = options;
    this.#token = options.token;
    this.#configuration = options.configuration;
    const { meeting, room, onRefused } = options;
    const mesh = meeting.begin({
      configuration: () => this.#configuration,
      send: (type, to, payload) => {
        this.#line.send({ type, payload: { ...payload, ...this.#attendance.addressOf(to) } });
      },
    });
    this.#attendance = new Attendance(mesh, options.token.userId);
    this.#line = new Line({
      url: socketUrl(`/ws/webrtc/${room}?spelling=hyphen`),
      // Where no address has it, nothing keeps it.
      subprotocols: () => ["bearer", this.#token.text],
      onMessage: (frame) => this.#receive(frame),
      onLost: (reason, retryMs) => this.#lost(reason, retryMs),
      onRefused: (reason) => onRefused(inWords(reason)),
    });
    this.#refreshLater();
  }

  get token(): Token {
    return this.#token;
  }

  /** Goes on with another token of the same user, and the configuration that it was given. */
  renew(token: Token, configuration: Configuration): void {
    this.#tokenBefore = this.#token;
    this.#token = token;
    this.#configuration = configuration;
    this.#refreshLater();
    this.#line.send({ type: "token", payload: { token: token.text } });
  }

  /** Leaves for good. No callback comes after this. */
  end(): void {
    clearTimeout(this.#refresh);
    this.#line.close();
    this.#options.meeting.end();
  }

  #receive(frame: Frame): void {
    switch (frame.type) {
      case "room-state":
        return this.#follow(frame.payload.participants);
      case "error":
        return this.#failed(frame.payload.code, frame.payload.message);
      case "offer":
      case "answer":
      case "ice-candidate":
        return this.#attendance.receive(frame.sender_id, frame.type, frame.payload);
      case "user-joined":
      case "user-left":
        // The list that came before has it all.
        return;
      default:
        // Other clients say more than this page knows.
        frame satisfies never;
    }
  }

  #follow(participants: readonly Participant[]): void {
    const { meeting, token, onIn } = this.#options;
    const self = participants.find(({ user_id }) => user_id === token.userId);
    meeting.name = self?.username ?? token.userId;
    if (this.#attendance.follow(participants)) onIn();
  }

  #failed(code: string, message: string): void {
    const { meeting, onNotRenewed } = this.#options;
    meeting.gathering.log(`Server: ${message} (${code})`, "error");
    if (code !== "INVALID_MESSAGE" || this.#tokenBefore === undefined) return;
    this.#token = this.#tokenBefore;
    this.#tokenBefore = undefined;
    onNotRenewed(inWords(message));
  }

  #lost(reason: string, retryMs: number): void {
    const seconds = (retryMs / 1000).toFixed(1);
    const { meeting, onLost } = this.#options;
    meeting.gathering.log(
      `No connection to the server (${reason}); next try in ${seconds} s`,
      "error",
    );
    this.#attendance.lost();
    onLost();
  }

  /** Those who come later are called with credentials that are still good. */
  #refreshLater(): void {
    clearTimeout(this.#refresh);
    const seconds = refreshAfter(this.#configuration);
    if (seconds === undefined) return;
    this.#refresh = setTimeout(async () => {
      const answer = await fetchConfiguration(this.#token);
      if ("configuration" in answer) this.#configuration = answer.configuration;
      this.#refreshLater();
    }, seconds * 1000);
  }
}
