// How an open topic gets to know the other nodes that have it open: it is subscribed to first. Then Redis is asked who else
// is subscribed, for many topics in one command. Where nobody is, nothing is published: of two nodes that open a topic at
// once, the later one sees both. Elsewhere this node says hello, some times in a tick, so that frames pass in between.

import type { ClusterContext } from "./context.ts";
import type { OpenTopic } from "./open-topic.ts";
import type { Outgoing } from "./outgoing.ts";

/** Topics in one question to Redis. One question is under way at a time. */
const topicsPerQuestion = 128;

/** Each is a publish, and others answer it. */
const hellosPerTick = 32;

/** Topics that may be on their way before others should wait. */
const maxOnTheirWay = 512;

/** Topics whose subscriptions come into force together. */
interface SubscribingTopics {
  readonly done: Promise<unknown>;
  readonly topics: OpenTopic[];
}

interface GreetingEvents {
  /** A topic has said hello, is answered, or is alone. */
  greeted(topic: OpenTopic): void;
  /** A topic is out of reach. */
  unreached(topic: OpenTopic): void;
}

export class Greetings {
  readonly #context: ClusterContext;
  readonly #outgoing: Outgoing;
  readonly #events: GreetingEvents;
  /** How many are being subscribed to, and those that have been last. */
  #subscribing = 0;
  #lastSubscribing: SubscribingTopics | undefined;
  /** Those of which it is not known whether another node has them open. */
  readonly #unasked = new Set<OpenTopic>();
  /** Those that say hello next. */
  readonly #due = new Set<OpenTopic>();
  #isAsking = false;
  /** Redis has refused the question, or did not answer: all say hello. */
  #isRefused = false;
  #isScheduled = false;

  constructor(context: ClusterContext, outgoing: Outgoing, events: GreetingEvents) {
    this.#context = context;
    this.#outgoing = outgoing;
    this.#events = events;
  }

  /** Whether so many topics wait for their turn that others should not come yet. */
  get isLate(): boolean {
    return this.#subscribing + this.#unasked.size + this.#due.size > maxOnTheirWay;
  }

  /** There is a new connection, by which Redis may be asked again. */
  reset(): void {
    this.#isRefused = false;
  }

  /** A topic is new. */
  open(topic: OpenTopic): void {
    const { carrier, channels, node } = this.#context;
    const done = carrier.subscribe(channels.ofTopic(topic.channel, node));
    this.#subscribing++;
    if (this.#lastSubscribing?.done === done) this.#lastSubscribing.topics.push(topic);
    else this.#lastSubscribing = this.#whenSubscribed(done, topic);
  }

  /** Finds the other nodes of a topic, new ones or all again. */
  add(topic: OpenTopic): void {
    (this.#isRefused || !topic.isAlone ? this.#due : this.#unasked).add(topic);
    this.#plan();
  }

  /** A topic is closed. */
  delete(topic: OpenTopic): void {
    this.#unasked.delete(topic);
    this.#due.delete(topic);
  }

  #whenSubscribed(done: Promise<unknown>, first: OpenTopic): SubscribingTopics {
    const topics = [first];
    const settled = (next: (topic: OpenTopic) => void): void => {
      this.#subscribing -= topics.length;
      for (const topic of topics) {
        topic.isSubscribing = false;
        next(topic);
      }
    };
    done.then(
      () => settled((topic) => this.add(topic)),
      () => settled((topic) => this.#events.unreached(topic)),
    );
    return { done, topics };
  }

  #plan(): void {
    const hasWork = this.#due.size > 0 || (this.#unasked.size > 0 && !this.#isAsking);
    if (this.#isScheduled || !hasWork) return;
    this.#isScheduled = true;
    this.#context.schedule(this.#step);
  }

  readonly #step = (): void => {
    this.#isScheduled = false;
    if (!this.#isAsking && this.#unasked.size > 0) void this.#ask();
    for (const topic of this.#due.values().take(hellosPerTick)) {
      this.#due.delete(topic);
      if (this.#mayGreet(topic)) this.#sayHello(topic);
    }
    this.#plan();
  };

  async #ask(): Promise<void> {
    this.#isAsking = true;
    const asked = [...this.#unasked.values().take(topicsPerQuestion)];
    for (const topic of asked) this.#unasked.delete(topic);
    const topics = asked.filter((topic) => this.#mayGreet(topic));
    const counts = await this.#subscribers(topics.map(({ channel }) => channel));
    for (const [index, topic] of topics.entries()) {
      if (topic.isEnded) continue;
      if (counts[index] !== 1) this.#due.add(topic);
      else {
        topic.greetedNobody();
        this.#events.greeted(topic);
      }
    }
    this.#isAsking = false;
    this.#plan();
  }

  async #subscribers(channels: readonly string[]): Promise<readonly (number | undefined)[]> {
    if (channels.length === 0) return [];
    try {
      return await this.#context.carrier.subscribers(channels);
    } catch {
      this.#isRefused = true;
      return [];
    }
  }

  /** If not, it is greeted once it is subscribed to, or within reach. */
  #mayGreet({ channel, isEnded, isSubscribing }: OpenTopic): boolean {
    return !isEnded && !isSubscribing && this.#outgoing.reaches(channel);
  }

  #sayHello(topic: OpenTopic): void {
    const part = { t: "hello", m: topic.here } as const;
    const hello = this.#outgoing.toAll(topic.channel, part, (receivers) => {
      topic.greeted(hello, receivers - 1);
      this.#events.greeted(topic);
    });
    topic.greet(hello, this.#context.now());
    this.#events.greeted(topic);
  }
}
