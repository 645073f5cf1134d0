// One client of the load: enters a topic by means of a protocol's driver, and hands on what is relayed to it.

import { Client, type ClientListener } from "./client.ts";
import type { Driver, DriverConversation, MessageSplitter, Seat } from "./driver.ts";
import { type DriverName, drivers } from "./drivers.ts";
import { encodeFrame, opcode } from "./frame.ts";
import type { Target } from "./targets.ts";
import { tokenOf } from "./token.ts";

/** Takes what a member finds wrong; a `Run` is one. */
export interface Complaints {
  /** The member cannot go on. */
  fail(reason: string): void;
  remark(text: string): void;
}

/** Takes the messages that are relayed to a member. */
export interface Traffic {
  relayed(bytes: Uint8Array, start: number, end: number): void;
  /** A message of the member was answered. */
  answered?(): void;
  /** All messages of one read from the socket were given. */
  readEnd(): void;
}

export class BenchMember implements ClientListener {
  readonly #target: Target;
  readonly #seat: Seat;
  readonly #address: URL;
  readonly #protocol: DriverName;
  readonly #driver: Driver;
  readonly #complaints: Complaints;
  /** Path and query at which it enters. */
  readonly #path: string;
  #conversation: DriverConversation;
  #splitter: MessageSplitter | undefined;
  #client: Client;
  #onEntered: () => void;
  #entered = false;
  /** Messages, on all its connections. */
  #received = 0;
  /** Where relayed messages go. While unset, they are ignored. */
  traffic: Traffic | undefined;
  /** How many of its messages the server has refused. */
  errors = 0;

  /**
   * @param onEntered called once, when the server has sent all that a newcomer gets
   * @param isStaying whether it may come back after its connection is lost, if the protocol has that
   */
  constructor(
    target: Target,
    protocol: DriverName,
    seat: Seat,
    complaints: Complaints,
    onEntered: () => void,
    isStaying = false,
  ) {
    const driver: Driver = target.driver ?? drivers[protocol];
    this.#driver = driver;
    this.#target = target;
    this.#seat = seat;
    this.#protocol = protocol;
    this.#complaints = complaints;
    this.#conversation = driver.begin(seat);
    this.#onEntered = onEntered;
    const [first] = target.urls;
    this.#address = target.urls[seat.index % target.urls.length] ?? first;
    this.#path = (isStaying ? driver.stayingPath?.(seat) : undefined) ?? driver.path(seat);
    this.#client = this.#connect(this.#path);
  }

  get client(): Client {
    return this.#client;
  }

  /** How many messages it has got as the same member. */
  get received(): number {
    return this.#received;
  }

  /**
   * Connects again after its connection was lost: as the same member if the server has said how, or else as another.
   *
   * @param onEntered called once, when it is a member
   */
  comeBack(onEntered: () => void): void {
    this.#onEntered = onEntered;
    this.#entered = false;
    const path = this.#conversation.comeBack?.(this.#received);
    if (path === undefined) {
      this.#conversation = this.#driver.begin(this.#seat);
      this.#received = 0;
    }
    this.#client = this.#connect(path ?? this.#path);
  }

  /** Whether it knows how to address another member of its topic. */
  get paired(): boolean {
    return this.#conversation.paired;
  }

  /** A message that the server relays to that member. @param to one of `others` in its place */
  relayFrame(payload: string, to?: string): string {
    return this.#conversation.relayFrame(payload, to);
  }

  /** How to address each other member of a topic of that size, as far as it knows; undefined if the driver cannot. */
  others(size: number): readonly string[] | undefined {
    return this.#conversation.others?.(size);
  }

  /** A whole frame with a message of its protocol. */
  encode(message: string): Uint8Array {
    return encodeFrame(this.#driver.isBinary ? opcode.binary : opcode.text, Buffer.from(message));
  }

  /** A message that the server sends to everybody else in the topic, if the driver has one. */
  broadcastFrame(payload: string): string | undefined {
    return this.#conversation.broadcastFrame?.(payload);
  }

  /** A message that the server answers and passes on to nobody, if the driver has one. */
  get question(): string | undefined {
    return this.#conversation.question;
  }

  opened(): void {
    for (const greeting of this.#conversation.greetings) this.#say(greeting);
  }

  message(bytes: Uint8Array, start: number, end: number): void {
    if (this.#splitter === undefined) this.#take(bytes, start, end);
    else this.#splitter.push(bytes, start, end);
  }

  readEnd(): void {
    this.traffic?.readEnd();
  }

  lost(reason: string): void {
    this.#complaints.fail(`${this.#target.name} at ${this.#address.host}: ${reason}`);
  }

  #take(bytes: Uint8Array, start: number, end: number): void {
    this.#received++;
    const kind = this.#conversation.kindOf(bytes, start, end);
    if (kind === "relayed") this.traffic?.relayed(bytes, start, end);
    else if (kind === "own") this.traffic?.answered?.();
    else if (kind === "error") this.#refused(textOf(bytes, start, end));
    else if (kind === "other") this.#hear(textOf(bytes, start, end));
  }

  #connect(pathAndQuery: string): Client {
    const url = new URL(this.#address);
    const [path, query = ""] = pathAndQuery.split("?");
    url.pathname = url.pathname.replace(/\/$/, "") + path;
    url.search = query;
    const { hasTokens, isSelfSigned } = this.#target;
    // Those of rooms have one in any case.
    if (hasTokens === true && !url.searchParams.has("token"))
      url.searchParams.set("token", tokenOf(`${this.#seat.topic}-${this.#seat.index}`));
    this.#splitter = this.#driver.splitter?.((bytes, start, end) => this.#take(bytes, start, end));
    return new Client(url, this, isSelfSigned);
  }

  #say(text: string): void {
    this.#client.write(this.encode(text));
  }

  #hear(text: string): void {
    if (!this.#conversation.hear(text)) {
      this.#complaints.fail(
        `${this.#target.name} at ${this.#address.host} does not speak the ` +
          `${this.#protocol} protocol: it sent ${excerpt(text)}`,
      );
    }
    const answer = this.#conversation.answerTo?.(text);
    if (answer !== undefined) this.#say(answer);
    if (this.#entered || !this.#conversation.entered) return;
    this.#entered = true;
    this.#onEntered();
  }

  #refused(text: string): void {
    this.errors++;
    this.#complaints.remark(`${this.#target.name} refused messages: ${excerpt(text)}`);
  }
}

function textOf(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString();
}

function excerpt(text: string): string {
  const line = JSON.stringify(text).slice(1, -1);
  return line.length <= 100 ? line : `${line.slice(0, 100)}…`;
}
