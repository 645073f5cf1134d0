// What nodes tell each other apart from topics: that they are here, and the questions and orders of `Bus`. Each node is
// asked by its inbox. A long answer is sent in pieces, each of which is requested when the one before it has come, so
// that answers neither pile up in Redis nor hold up relays.

import type { Answers } from "../core/bus.ts";
import { ControlHandlers } from "../core/control-handlers.ts";
import type { NodeId } from "../core/ids.ts";
import type { ClusterContext } from "./context.ts";
import { KeptSets } from "./kept-sets.ts";
import type { KnownNodes } from "./known-nodes.ts";
import {
  type ControlPart,
  maxPieceLength,
  maxPieces,
  maxQuestionLength,
  maxQuestionMs,
  type QuestionPart,
} from "./message.ts";
import type { Outgoing } from "./outgoing.ts";
import { Question } from "./question.ts";
import { SharedValues } from "./shared-values.ts";

/** Questions that this node may have open at a time; for one more, all other nodes are missing. */
const maxQuestions = 16;

/** Answers to other nodes that are made or kept at a time; one more question is ignored. */
const maxAnswers = 64;

/** An answer for another node, perhaps still being made. */
interface HeldAnswer {
  /** JSON; empty if there is no answer, or not yet. */
  text: string;
  /** How many pieces have been sent. */
  sent: number;
  /** Until when it is kept, by the cluster's clock. */
  readonly until: number;
}

export class Control {
  readonly handlers: ControlHandlers;
  readonly values: SharedValues;
  readonly sets: KeptSets;
  readonly #context: ClusterContext;
  readonly #nodes: KnownNodes;
  readonly #outgoing: Outgoing;
  readonly #stopping: (node: NodeId) => void;
  /** This node's open questions, by their numbers. */
  readonly #questions = new Map<number, Question>();
  /** By the node that has asked, and the number of its question. */
  readonly #answers = new Map<string, HeldAnswer>();
  #asked = 0;
  #saidHereAt = Number.NEGATIVE_INFINITY;

  /** @param stopping is told of each node that is said to stop */
  constructor(
    context: ClusterContext,
    nodes: KnownNodes,
    outgoing: Outgoing,
    stopping: (node: NodeId) => void,
  ) {
    this.#stopping = stopping;
    this.handlers = new ControlHandlers(context.fault);
    this.#context = context;
    this.values = new SharedValues(context);
    this.#nodes = nodes;
    this.#outgoing = outgoing;
    this.sets = new KeptSets(context, this);
  }

  /** As `Bus.ask` has it. */
  async ask(kind: string, asked: unknown, deadlineMs: number, of?: NodeId): Promise<Answers> {
    const { node: own, now } = this.#context;
    const others = of === undefined ? [...this.#nodes.alive()] : [of];
    const question = new Question(of === undefined ? [own, ...others] : others, now() + deadlineMs);
    const i = ++this.#asked;
    const q = this.#textOf(asked, maxQuestionLength);
    const ms = Math.min(Math.max(0, Math.ceil(deadlineMs)), maxQuestionMs);
    // Answers would come by this node's inbox.
    const canAsk = this.#questions.size < maxQuestions && this.#reaches(own);
    this.#questions.set(i, question);
    for (const other of others)
      if (canAsk && q !== undefined && this.#reaches(other))
        this.#outgoing.toNode(other, { t: "question", i, k: kind, q, ms });
      else question.lost(other);
    if (of === undefined)
      void this.handlers.answer(kind, asked).then((answered) => {
        if (answered === undefined) question.lost(own);
        else question.answered(own, answered.answer);
      });
    const answers = await question.done;
    this.#questions.delete(i);
    return answers;
  }

  /** As `Bus.tell` has it. */
  tell(to: NodeId | "all", kind: string, order: unknown): void {
    const { node: own } = this.#context;
    const o = this.#textOf(order, maxQuestionLength);
    if (o === undefined) return;
    for (const other of this.#nodes.alive())
      if ((to === "all" || to === other) && this.#reaches(other))
        this.#outgoing.toNode(other, { t: "order", k: kind, o });
    if (to === "all" || to === own) this.handlers.obey(kind, order);
  }

  /** Redis is reached, and this node holds its lease. */
  reached(): void {
    this.sayHere();
    this.sets.reached();
  }

  /** Tells all nodes that this one is here. Does nothing if their channel is out of reach. */
  sayHere(): void {
    const { channels, now } = this.#context;
    if (!this.#outgoing.reaches(channels.nodes)) return;
    this.#saidHereAt = now();
    this.#outgoing.toAll(channels.nodes, { t: "here" });
  }

  /** Tells all nodes that this one leaves. */
  sayAway(): void {
    this.#outgoing.toAll(this.#context.channels.nodes, { t: "away" });
    this.#outgoing.flush();
  }

  /** Does what is due by now. Call it ten times a second. */
  step(): void {
    const time = this.#context.now();
    // For nodes that have missed it; and a node that cannot renew its lease stays known while it sends something.
    if (time - this.#saidHereAt >= this.#context.leaseMs / 2) this.sayHere();
    for (const question of this.#questions.values()) question.expire(time);
    this.sets.step();
    for (const [key, { until }] of this.#answers) if (until <= time) this.#answers.delete(key);
  }

  /** A node is gone or cannot be reached, so that it will not answer. */
  lost(node: NodeId): void {
    for (const question of this.#questions.values()) question.lost(node);
    for (const key of this.#answers.keys())
      if (key.startsWith(`${node} `)) this.#answers.delete(key);
  }

  /** A part that has come from another node. */
  take(node: NodeId, part: ControlPart): void {
    switch (part.t) {
      case "here":
        if (this.#nodes.greet(node)) this.#outgoing.toNode(node, { t: "hi" });
        return;
      case "away":
        return this.#stopping(node);
      case "question":
        return this.#question(node, part);
      case "answer": {
        const next = this.#questions.get(part.i)?.take(node, part);
        if (next !== undefined) this.#outgoing.toNode(node, { t: "more", i: part.i, p: next });
        return;
      }
      case "more":
        if (this.#answers.get(`${node} ${part.i}`)?.sent === part.p) this.#send(node, part.i);
        return;
      case "order":
        return parsed(part.o, (order) => this.handlers.obey(part.k, order));
      default:
    }
  }

  #question(node: NodeId, { i, k: kind, q, ms }: QuestionPart): void {
    const key = `${node} ${i}`;
    if (this.#answers.has(key) || this.#answers.size >= maxAnswers) return;
    parsed(q, (asked) => {
      const until = this.#context.now() + Math.min(ms, maxQuestionMs);
      const held: HeldAnswer = { text: "", sent: 0, until };
      this.#answers.set(key, held);
      void this.handlers.answer(kind, asked).then((answered) => {
        held.text = (answered && this.#textOf(answered.answer, maxPieces * maxPieceLength)) ?? "";
        if (this.#answers.get(key) === held) this.#send(node, i);
      });
    });
  }

  /** Sends the next piece of an answer; if there is no answer, one that says so. */
  #send(node: NodeId, i: number): void {
    const key = `${node} ${i}`;
    const held = this.#answers.get(key);
    if (held === undefined) return;
    const p = held.sent++;
    const of = Math.ceil(held.text.length / maxPieceLength);
    if (held.sent >= of) this.#answers.delete(key);
    const a = held.text.slice(p * maxPieceLength, held.sent * maxPieceLength);
    this.#outgoing.toNode(node, { t: "answer", i, p, of, a });
  }

  #reaches(node: NodeId): boolean {
    return this.#outgoing.reaches(this.#context.channels.node(node));
  }

  /** @returns JSON, or `undefined` if there is none or it is too long, which is logged as a fault */
  #textOf(value: unknown, maxLength: number): string | undefined {
    try {
      const text = JSON.stringify(value) ?? "null";
      if (text.length <= maxLength) return text;
      throw new RangeError("too long for another node");
    } catch (thrown) {
      this.#context.fault(thrown);
      return undefined;
    }
  }
}

/** Calls `then` with the value of a JSON text. Ignores other texts. */
function parsed(text: string, then: (value: unknown) => void): void {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return;
  }
  then(value);
}
