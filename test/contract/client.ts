// A client of any protocol on a raw socket: in a topic, with the frames that come first already read.

import { mustBeDescribed } from "../support/described.ts";
import { type OpenOptions, RawSocket } from "../support/raw-socket.ts";
import { heardWhenSettled } from "../support/settled.ts";
import { sign } from "../support/tokens.ts";
import type { Contract, Exchange, Member, Seat } from "./contract.ts";

let topics = 0;

/** A topic's name that nobody else has. */
export const freshTopic = (): string => `contract-${++topics}`;

/** @param claims of the token, beside those that are always there */
export async function seatIn(
  topic: string,
  name: string,
  claims: Readonly<Record<string, unknown>> = {},
): Promise<Seat> {
  const id = `${topic}-${name}`;
  return { topic, id, token: await sign({ sub: id, ...claims }) };
}

/** Connects and says what a client says first, without waiting for what comes of it. */
export async function knock(
  contract: Contract,
  url: URL,
  seat: Seat,
  options?: OpenOptions,
): Promise<RawSocket> {
  const socket = await RawSocket.open(url, contract.path(seat), options);
  for (const text of contract.greetings?.(seat) ?? []) socket.send(text);
  return socket;
}

export class Client implements Member {
  readonly topic: string;
  readonly id: string;
  readonly socket: RawSocket;
  /** All that it read until it was in. */
  first: readonly string[] = [];
  /** Its own broadcasts that came back, which nothing else here shows. */
  readonly echoes: string[] = [];
  readonly #contract: Contract;
  /** Those that are to come back. */
  readonly #said = new Set<string>();
  readonly #receipts = new Set<string>();

  private constructor(contract: Contract, socket: RawSocket, { topic, id }: Member) {
    this.#contract = contract;
    this.socket = socket;
    this.topic = topic;
    this.id = id;
  }

  /** Connects, and waits until all nodes know. */
  static async enter(
    contract: Contract,
    url: URL,
    seat: Seat,
    options?: OpenOptions,
  ): Promise<Client> {
    const socket = await knock(contract, url, seat, options);
    const { topic } = seat;
    if (contract.welcome === undefined) {
      const client = new Client(contract, socket, seat);
      client.first = await client.heard();
      return client;
    }
    const text = await socket.next();
    const id = contract.welcome(text, seat);
    if (id === undefined) throw new Error(`this is no welcome: ${text}`);
    const client = new Client(contract, socket, { topic, id });
    client.first = [client.#steady(text), ...(await client.heard())];
    return client;
  }

  say(exchange: Exchange): void {
    const { sent, read } = exchange;
    if (this.#contract.hasEcho) this.#said.add(read);
    const receipt = this.#contract.receipt?.(exchange);
    if (receipt !== undefined) this.#receipts.add(receipt);
    this.socket.send(sent);
  }

  /** The next text, but for echoes and receipts. */
  async next(): Promise<string> {
    for (;;) {
      const sent = await this.socket.next();
      mustBeDescribed(this.#contract.name, sent);
      const text = this.#steady(sent);
      if (this.#receipts.delete(text)) continue;
      if (!this.#said.delete(text)) return text;
      this.echoes.push(text);
    }
  }

  /** Reads up to a text that is on its way. @returns those before it */
  async until(last: string): Promise<readonly string[]> {
    const texts: string[] = [];
    for (let text = await this.next(); text !== last; text = await this.next()) texts.push(text);
    return texts;
  }

  /** Every text that the server has for this client by now: those before the answer to a ping. */
  heard(): Promise<readonly string[]> {
    return heardWhenSettled(this.socket.url, () => {
      const { sent, read } = this.#contract.ping(this);
      this.socket.send(sent);
      return this.until(read);
    });
  }

  /** All texts that come until the connection is closed. */
  async rest(): Promise<readonly string[]> {
    const sent = await this.socket.rest();
    for (const text of sent) mustBeDescribed(this.#contract.name, text);
    const texts = sent.map((text) => this.#steady(text));
    return texts.filter((text) => !this.#said.delete(text) && !this.#receipts.delete(text));
  }

  /** Says goodbye, and waits until the connection has ended. */
  async leave(): Promise<void> {
    this.socket.close(1000);
    await this.socket.gone;
  }

  #steady(text: string): string {
    return this.#contract.steady?.(text) ?? text;
  }
}

/** A client of that name in a topic. */
export const join = async (
  contract: Contract,
  url: URL,
  topic: string,
  name: string,
  options?: OpenOptions,
): Promise<Client> => Client.enter(contract, url, await seatIn(topic, name), options);

/** Two clients that have heard of each other. */
export async function meet(
  contract: Contract,
  url: URL,
  topic = freshTopic(),
  [first, second]: readonly [string, string] = ["ann", "bob"],
): Promise<readonly [Client, Client]> {
  const one = await join(contract, url, topic, first);
  const other = await join(contract, url, topic, second);
  await one.heard();
  return [one, other];
}
