// Clients of the GStreamer protocol on raw sockets.

import { textsSoFar } from "./fence.ts";
import { type OpenOptions, RawSocket } from "./raw-socket.ts";
import { heardWhenSettled, settled } from "./settled.ts";

export class GstClient {
  readonly socket: RawSocket;
  readonly id: string;
  /** What came while it was waited for something else. */
  readonly #kept: string[] = [];

  private constructor(socket: RawSocket, id: string) {
    this.socket = socket;
    this.id = id;
  }

  /** Connects, and is welcomed. @param space of `/gst/{space}`, percent-encoded, or nothing */
  static async open(
    url: URL,
    space: string | undefined,
    options?: OpenOptions,
  ): Promise<GstClient> {
    const path = space === undefined ? "/gst" : `/gst/${space}`;
    return GstClient.welcomed(await RawSocket.open(url, path, options));
  }

  static async welcomed(socket: RawSocket): Promise<GstClient> {
    const text = await socket.next();
    const [, id] = /^\{"type":"welcome","peerId":"([0-9a-f-]{36})"\}$/.exec(text) ?? [];
    if (id === undefined) throw new Error(`this is no welcome: ${text}`);
    const client = new GstClient(socket, id);
    // The others know of it by then.
    await settled(socket.url);
    return client;
  }

  /** The same, with a status that all know of. */
  static async as(
    url: URL,
    space: string | undefined,
    roles: readonly string[],
    meta?: unknown,
  ): Promise<GstClient> {
    const client = await GstClient.open(url, space);
    await client.say({ type: "setPeerStatus", roles, meta });
    return client;
  }

  /** Text as it is, anything else as JSON. */
  send(message: unknown): void {
    this.socket.send(typeof message === "string" ? message : JSON.stringify(message));
  }

  /** Sends, and waits until the server has dealt with it. @returns what came meanwhile */
  async say(...messages: readonly unknown[]): Promise<readonly string[]> {
    for (const message of messages) this.send(message);
    return await this.heard();
  }

  /** The next text, as soon as it comes. */
  async next(): Promise<string> {
    return this.#kept.shift() ?? (await this.socket.next());
  }

  /** Waits until the server has handled all that was sent before, however much that is. */
  async handled(): Promise<void> {
    this.send({ type: "startSession", peerId: "the end" });
    while (!(await this.next()).includes("'the end' not found"));
  }

  /** Every text that the server has for this client by now. */
  heard(): Promise<readonly string[]> {
    return heardWhenSettled(this.socket.url, async () => {
      this.#kept.push(...(await textsSoFar(this.socket)));
      return this.#kept.splice(0);
    });
  }

  /** Begins a session with another peer, which has heard of it. @returns the session's id */
  async start(other: GstClient, more: object = {}): Promise<string> {
    const heard = await this.say({ type: "startSession", peerId: other.id, ...more });
    const started = heard.map((text) => JSON.parse(text)).find(({ sessionId }) => sessionId);
    if (started === undefined) throw new Error(`no session has begun: ${heard.join()}`);
    return started.sessionId;
  }

  /** Goes, and waits until the connection has ended. */
  async leave(): Promise<void> {
    this.socket.close(1000);
    await this.socket.gone;
  }
}

/** Frames of the server, as it writes them. */
export const told = {
  status: ({ id }: { readonly id: string }, roles: readonly string[], meta: string = "null") =>
    `{"type":"peerStatusChanged","roles":${JSON.stringify(roles)},"meta":${meta},"peerId":"${id}"}`,
  sessionStarted: ({ id }: { readonly id: string }, sessionId: string) =>
    `{"type":"sessionStarted","peerId":"${id}","sessionId":"${sessionId}"}`,
  startSession: ({ id }: { readonly id: string }, sessionId: string, offer = "null") =>
    `{"type":"startSession","peerId":"${id}","sessionId":"${sessionId}","offer":${offer}}`,
  endSession: (sessionId: string) => `{"type":"endSession","sessionId":"${sessionId}"}`,
  endSessionV1_1: (sessionId: string, error = "null") =>
    `{"type":"endSessionV1_1","sessionId":"${sessionId}","error":${error}}`,
  error: (details: string) => JSON.stringify({ type: "error", details }),
  list: (...producers: readonly (readonly [{ readonly id: string }, string])[]) =>
    `{"type":"list","producers":[${producers.map(([{ id }, meta]) => `{"id":"${id}","meta":${meta}}`).join()}]}`,
  listConsumers: (...consumers: readonly (readonly [{ readonly id: string }, string])[]) =>
    `{"type":"listConsumers","consumers":[${consumers.map(([{ id }, meta]) => `{"id":"${id}","meta":${meta}}`).join()}]}`,
};

let spaces = 0;

/** A space's name that nobody else has. */
export const freshSpace = (): string => `space-${++spaces}`;
