// Listens, also close to the limit of open files. At the limit Bun 1.4.4 tries to accept without pause, which takes a
// whole core. So connections are ended that have asked for nothing. If it does not help, a server stops listening and
// keeps the sockets that it has. Until some have left, a spare one listens, for which some files are kept: it answers
// requests, and upgrades are refused.

import type { Server } from "bun";
import type { Transport } from "../core/transport.ts";
import { countsFilesFast, fileLimit, openFiles, reservedFiles } from "../observe/resources.ts";
import type { Connection } from "./connection.ts";
import { EarlierServers } from "./earlier-servers.ts";
import { type EndingUnanswered, endUnanswered, type FilesTold } from "./ending-unanswered.ts";
import { KeptFiles } from "./kept-files.ts";

/** Milliseconds between two looks at the number of open files, and where looking takes longer the more there are. */
const lookMs = 50;
const slowLookMs = 1000;

/** Looks for which a spare server that was filled is away: a full one costs a core, too. */
const looksAway = 20;

/** The spare server is taken to be full when it can open fewer files. */
const spareMin = 2;

/** How often to check whether all sockets are gone, in milliseconds. */
const emptyPollMs = 20;

export class Listener {
  readonly #serve: (port: number) => Server<Connection>;
  readonly #told: FilesTold;
  readonly #limit = fileLimit();
  readonly #port: number;
  readonly #timer: Timer | undefined;
  /** Takes clients; once it has stopped to, the last one that did. */
  #main: Server<Connection>;
  readonly #earlier = new EarlierServers();
  #spare: Server<Connection> | undefined;
  #isShort = false;
  #isStopping = false;
  #looksAway = 0;
  #ending: EndingUnanswered | undefined;
  readonly #kept: KeptFiles;

  /** @param serve listens at a port. @throws what `serve` throws */
  constructor(serve: (port: number) => Server<Connection>, port: number, told: FilesTold) {
    this.#told = told;
    this.#serve = serve;
    this.#kept = new KeptFiles(this.#spareFiles);
    this.#main = serve(port);
    // A server that has stopped says the port that it was told.
    this.#port = this.#main.port ?? port;
    if (this.#limit === Number.POSITIVE_INFINITY) return;
    this.#kept.keep();
    this.#timer = setInterval(() => this.#look(), countsFilesFast() ? lookMs : slowLookMs);
  }

  get url(): URL {
    return this.#main.url;
  }

  /** URLs leave out 80 and 443. */
  get port(): number {
    return this.#port;
  }

  /** Whether there are too few files for new clients. */
  get isShort(): boolean {
    return this.#isShort;
  }

  /** Waits until no WebSocket is open, but no longer than so many milliseconds. */
  async emptied(ms: number): Promise<void> {
    for (let waited = 0; waited < ms && this.#sockets > 0; waited += emptyPollMs)
      await Bun.sleep(emptyPollMs);
  }

  get #sockets(): number {
    return this.#servers.reduce((sum, server) => sum + server.pendingWebSockets, 0);
  }

  /** Sends a frame to all sockets that have subscribed to a channel, but not to its sender, which is one of them. */
  publish(channel: string, frame: string, sender?: Transport): void {
    const isAlone = this.#earlier.all.length === 0;
    if (isAlone && sender !== undefined) return void sender.publishText(channel, frame);
    // A socket reaches only those of its own server, and a server does not leave out one of them.
    sender?.unsubscribe(channel);
    this.#main.publish(channel, frame);
    for (const server of this.#earlier.all) server.publish(channel, frame);
    sender?.subscribe(channel);
  }

  /**
   * Listens anew, for what cannot be changed while it listens. Whoever is connected stays. Needs a port that servers
   * may share.
   * @throws what `serve` throws
   */
  renew(): void {
    if (this.#isStopping) return;
    // Close to the limit of open files, the spare server is the one that listens.
    if (this.#spare !== undefined) {
      const old = this.#spare;
      this.#spare = this.#serve(this.port);
      void old.stop();
      return;
    }
    const old = this.#main;
    this.#main = this.#serve(this.port);
    void old.stop();
    this.#earlier.add(old);
  }

  /** Takes no new clients from now on. */
  refuse(): void {
    this.#isStopping = true;
    for (const server of this.#servers) void server.stop();
  }

  /** Closes everything. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    clearInterval(this.#timer);
    this.#ending?.stop();
    await Promise.all(this.#servers.map((server) => server.stop(true)));
    this.#kept.release();
  }

  get #servers(): readonly Server<Connection>[] {
    const spare = this.#spare === undefined ? [] : [this.#spare];
    return [this.#main, ...spare, ...this.#earlier.all];
  }

  get #reserve(): number {
    return reservedFiles(this.#limit);
  }

  /** Free files with which all is well again. */
  get #enough(): number {
    return this.#reserve / 4 + this.#spareFiles;
  }

  #look(): void {
    if (this.#isStopping) return;
    this.#earlier.forgetEmpty();
    const free = this.#limit - openFiles();
    if (this.#isShort) this.#lookWhileShort(free);
    else if (this.#ending !== undefined) this.#lookWhileEnding(this.#ending, free);
    else if (free < this.#reserve / 4) this.#makeRoom();
  }

  /** Connections that are kept for a next request go first. */
  #makeRoom(): void {
    this.#main.closeIdleConnections();
    if (this.#limit - openFiles() >= this.#reserve / 8) return;
    this.#ending = endUnanswered(this.#port, this.#limit, this.#reserve / 4, this.#told, () =>
      this.#servers.some(({ pendingRequests }) => pendingRequests > 0),
    );
    if (this.#ending === undefined) this.#stopListening();
  }

  #lookWhileEnding(ending: EndingUnanswered, free: number): void {
    if (free < this.#reserve / 8) this.#main.closeIdleConnections();
    const found = ending.look(free);
    if (found === "goes on") return;
    ending.stop();
    this.#ending = undefined;
    if (found === "idle" && free < this.#reserve / 8) return this.#stopListening();
    this.#told.log.info({ limit: this.#limit, ended: ending.ended }, "there are open files again");
  }

  #stopListening(): void {
    this.#isShort = true;
    this.#told.log.warn(
      { limit: this.#limit },
      "close to the limit of open files: new clients are refused until some have left",
    );
    void this.#main.stop();
    this.#kept.release();
    this.#openSpare();
  }

  #lookWhileShort(free: number): void {
    if (free >= this.#enough) this.#goOn();
    else if (this.#spare === undefined) {
      if (--this.#looksAway <= 0) this.#openSpare();
    } else if (free < spareMin) {
      void this.#spare.stop(true);
      this.#spare = undefined;
      this.#looksAway = looksAway;
    }
  }

  /** Clients are taken again, by the spare server if it is there. */
  #goOn(): void {
    this.#openSpare();
    if (this.#spare === undefined) return;
    this.#earlier.add(this.#main);
    this.#main = this.#spare;
    this.#spare = undefined;
    this.#isShort = false;
    this.#kept.keep();
    this.#told.log.info(
      { limit: this.#limit },
      "there are open files again: new clients are let in",
    );
  }

  #openSpare(): void {
    try {
      this.#spare ??= this.#serve(this.port);
    } catch {
      // No file is free, or the port was taken meanwhile: tried again later.
      this.#looksAway = looksAway;
    }
  }

  get #spareFiles(): number {
    return Math.floor(this.#reserve / 4);
  }
}
