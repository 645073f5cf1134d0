// Clients that talk without pause, each to the others that it sees in its topic, on whichever node; and an
// oracle of what becomes of each frame: it arrives at most once, in order, or its sender is told.

/** What one client has sent to another. */
interface Sent {
  readonly from: string;
  readonly to: string;
  readonly topic: string;
  isDelivered: boolean;
  isReported: boolean;
}

/** Milliseconds between two frames of a client. */
const pauseMs = 8;

/** Milliseconds between two looks at whether something has become true. */
const lookMs = 20;

/** Milliseconds that a client waits before it tries another node. */
const retryMs = 50;

export class Talkers implements Disposable {
  readonly all: Talker[] = [];
  /** What must not be; none in the end. */
  readonly wrongs: string[] = [];
  readonly #urls: () => readonly URL[];
  readonly #sent: Sent[] = [];
  readonly #last = new Map<string, number>();
  readonly #timer: Timer;
  #isTalking = true;
  /** How often anybody was told that somebody has left. */
  lefts = 0;
  /** How often anybody was told that somebody has joined who had left before: ids are used once. */
  returns = 0;
  /** With which codes clients were disconnected. */
  readonly codes: number[] = [];
  dropped = 0;
  delivered = 0;

  /** @param urls of the nodes that take clients at the time */
  constructor(urls: () => readonly URL[]) {
    this.#urls = urls;
    this.#timer = setInterval(() => {
      if (this.#isTalking) for (const talker of this.all) talker.talk();
    }, pauseMs);
  }

  /** So many clients for each node, in so many topics. */
  add(perNode: number, topics: number): void {
    for (const url of this.#urls())
      for (let index = 0; index < perNode; index++)
        this.all.push(new Talker(this, url, `talk-${index % topics}`));
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#isTalking = false;
    for (const talker of this.all) talker.end();
  }

  /** Any node but those that do not answer. */
  anyUrl(): URL | undefined {
    const urls = this.#urls();
    return urls[Math.floor(Math.random() * urls.length)];
  }

  /** How many clients are on a node. */
  on(url: URL): number {
    return this.all.filter((talker) => talker.url === url).length;
  }

  /** How often somebody on another node sees somebody on this one. */
  pairsAcross(url: URL): number {
    const there = this.all.filter((talker) => talker.url === url);
    const others = this.all.filter((talker) => talker.url !== url);
    return there.reduce(
      (sum, { topic }) => sum + others.filter((other) => other.topic === topic).length,
      0,
    );
  }

  /** Notes a frame, before it is sent. @returns its number */
  send(from: string, to: string, topic: string): number {
    return this.#sent.push({ from, to, topic, isDelivered: false, isReported: false }) - 1;
  }

  /** How many frames of a topic have arrived, and how many were reported as lost. */
  outcomes(topic: string): { readonly delivered: number; readonly reported: number } {
    const own = this.#sent.filter((sent) => sent.topic === topic);
    return {
      delivered: own.filter(({ isDelivered }) => isDelivered).length,
      reported: own.filter(({ isReported }) => isReported).length,
    };
  }

  arrived(serial: number, from: string, at: Talker): void {
    const sent = this.#sent[serial];
    if (sent === undefined) return void this.wrongs.push(`${serial} was never sent`);
    if (sent.isDelivered) this.wrongs.push(`${serial} arrived twice`);
    if (sent.to !== at.id) this.wrongs.push(`${serial} arrived at somebody else`);
    sent.isDelivered = true;
    this.delivered++;
    const pair = `${from} ${at.id}`;
    if ((this.#last.get(pair) ?? -1) > serial) this.wrongs.push(`${serial} arrived out of order`);
    this.#last.set(pair, serial);
  }

  reported(serial: number): void {
    const sent = this.#sent[serial];
    if (sent !== undefined) sent.isReported = true;
    this.dropped++;
  }

  /** Waits until so many more frames have arrived. */
  async talk(frames: number): Promise<void> {
    const due = this.delivered + frames;
    await until(() => this.delivered >= due, "nobody hears anything");
  }

  /**
   * Everybody is silent, until everybody sees the same, and each frame between clients who are still
   * there has arrived or was reported.
   */
  async settle(): Promise<void> {
    this.#isTalking = false;
    await until(
      () => this.#differences().length === 0,
      () => this.#differences().join("; "),
    );
    await until(
      () => this.#unknown().length === 0,
      () => `${this.#unknown().length} frames are lost in silence`,
    );
    this.#isTalking = true;
  }

  #unknown(): readonly Sent[] {
    const ids = new Set(this.all.map(({ id }) => id));
    return this.#sent.filter(
      ({ from, to, isDelivered, isReported }) =>
        !isDelivered && !isReported && ids.has(from) && ids.has(to),
    );
  }

  #differences(): readonly string[] {
    const differences: string[] = [];
    for (const talker of this.all) {
      const due = this.all
        .filter((other) => other !== talker && other.topic === talker.topic)
        .map(({ id }) => id)
        .toSorted();
      const seen = [...talker.view].toSorted();
      if (!talker.isOpen) differences.push("somebody is not connected");
      else if (seen.join() !== due.join())
        differences.push(`${talker.id} sees ${seen.length} in place of ${due.length}`);
    }
    return differences;
  }
}

interface Message {
  readonly type: string;
  readonly selfId?: string;
  readonly peerId?: string;
  readonly peers?: readonly { readonly id: string }[];
  readonly from?: string;
  readonly payload?: number;
  readonly msgId?: string;
}

export class Talker {
  id = "";
  /** Of the node that it is on. */
  url: URL;
  isOpen = false;
  readonly topic: string;
  readonly view = new Set<string>();
  /** Those that have left since it connected. */
  readonly #gone = new Set<string>();
  readonly #talkers: Talkers;
  #socket: WebSocket;
  #hasEnded = false;
  #next = 0;

  constructor(talkers: Talkers, url: URL, topic: string) {
    this.#talkers = talkers;
    this.url = url;
    this.topic = topic;
    this.#socket = this.#connect(url);
  }

  talk(): void {
    const others = [...this.view];
    const to = others[this.#next++ % others.length];
    if (!this.isOpen || to === undefined) return;
    const serial = this.#talkers.send(this.id, to, this.topic);
    this.#socket.send(`{"type":"offer","to":"${to}","payload":${serial},"msgId":"${serial}"}`);
  }

  end(): void {
    this.#hasEnded = true;
    this.#socket.close();
  }

  #connect(url: URL): WebSocket {
    this.url = url;
    const socket = new WebSocket(`${url.href.replace("http", "ws")}ws/${this.topic}`);
    socket.onmessage = ({ data }) => this.#hear(JSON.parse(data));
    socket.onclose = ({ code }) => {
      this.#talkers.codes.push(code);
      this.isOpen = false;
      this.view.clear();
      this.#gone.clear();
      if (!this.#hasEnded) setTimeout(() => this.#reconnect(), retryMs);
    };
    return socket;
  }

  #reconnect(): void {
    const url = this.#talkers.anyUrl();
    if (url !== undefined && !this.#hasEnded) this.#socket = this.#connect(url);
  }

  #hear(message: Message): void {
    const { wrongs } = this.#talkers;
    const { peerId = "" } = message;
    switch (message.type) {
      case "welcome":
        this.id = message.selfId ?? "";
        this.isOpen = true;
        return;
      case "peer-list":
        for (const { id } of message.peers ?? []) this.view.add(id);
        return;
      case "peer-joined":
        if (this.view.has(peerId)) wrongs.push("somebody joined twice");
        if (this.#gone.has(peerId)) this.#talkers.returns++;
        this.view.add(peerId);
        return;
      case "peer-left":
        if (!this.view.delete(peerId)) wrongs.push("nobody knew who left");
        this.#gone.add(peerId);
        this.#talkers.lefts++;
        return;
      case "error":
        return this.#talkers.reported(Number(message.msgId));
      case "offer":
        return this.#talkers.arrived(Number(message.payload), message.from ?? "", this);
      default:
        wrongs.push(`an unknown frame: ${message.type}`);
    }
  }
}

/** Resolves once `isTrue`; fails after half a minute. */
export async function until(
  isTrue: () => boolean | Promise<boolean>,
  otherwise: string | (() => string),
): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (!(await isTrue())) {
    if (performance.now() > deadline)
      throw new Error(typeof otherwise === "string" ? otherwise : otherwise());
    await Bun.sleep(lookMs);
  }
}
