// Requests in turns, with a clock that only answers move.

import { describe, expect, test } from "bun:test";
import { WorkQueue } from "../../src/core/work-queue.ts";
import { RequestTurns } from "../../src/server/request-turns.ts";
import { FakeTicks } from "../support/fake-node.ts";

class Requests {
  readonly ticks = new FakeTicks();
  /** What was answered, since the last look. */
  readonly answered: string[] = [];
  /** What was answered in a turn. */
  readonly inTurn: string[] = [];
  readonly #queue: WorkQueue;
  readonly #turns: RequestTurns;
  #now = 0;

  constructor() {
    const fault = (thrown: unknown) => {
      throw thrown;
    };
    const options = { shareMs: 2, fault, now: () => this.#now, schedule: this.ticks.schedule };
    this.#queue = new WorkQueue(options);
    this.#turns = new RequestTurns(fault, this.#queue);
  }

  /** Uses up what this tick answers at once, however long that takes. */
  crowd(): this {
    this.#queue.mayDo(65_536);
    return this;
  }

  /** A request that takes a millisecond. */
  take(name: string, key = name, signal = new AbortController().signal) {
    return this.#turns.take({ signal }, key, () => {
      this.#now++;
      this.answered.push(name);
      if (this.#turns.isTurn) this.inTurn.push(name);
      if (name.startsWith("bad")) throw new Error(name);
      return name === "socket" ? undefined : new Response(name);
    });
  }

  get isTurn(): boolean {
    return this.#turns.isTurn;
  }

  tick(): readonly string[] {
    this.ticks.end();
    return this.answered.splice(0);
  }
}

describe("a request", () => {
  test("is answered at once while the tick has time, and after that in the next ticks", async () => {
    const requests = new Requests().crowd();
    const answers = ["1", "2", "3", "4", "5"].map((name) => requests.take(name, "a"));
    expect(answers.map((answer) => answer instanceof Response)).toEqual([
      ...[true, true],
      ...[false, false, false],
    ]);
    expect(requests.answered.splice(0)).toEqual(["1", "2"]);
    expect([requests.tick(), requests.tick(), requests.tick()]).toEqual([["3", "4"], ["5"], []]);
    const texts = await Promise.all(answers.map(async (answer) => (await answer)?.text()));
    expect(texts).toEqual(["1", "2", "3", "4", "5"]);
    expect(requests.take("6")).toBeInstanceOf(Response);
  });

  test("is answered at once where there are few, however slow the machine is", () => {
    const requests = new Requests();
    const answers = Array.from({ length: 30 }, (_, n) => requests.take(`${n}`));
    // The time begins with the seventeenth.
    expect(answers.filter((answer) => answer instanceof Response).length).toBe(18);
  });

  test("waits no longer for many requests of another key than for one", () => {
    const requests = new Requests().crowd();
    for (let n = 1; n <= 100; n++) requests.take(`flood ${n}`, "flood");
    requests.take("honest");
    requests.answered.splice(0);
    expect(requests.tick()).toEqual(["flood 3", "honest"]);
  });

  test("that becomes a socket in its turn has no answer", async () => {
    const requests = new Requests().crowd();
    requests.take("1");
    requests.take("2");
    const answer = requests.take("socket");
    requests.tick();
    expect(await answer).toBeUndefined();
  });

  test("in its turn says so, for what begins with the answer", () => {
    const requests = new Requests().crowd();
    for (const name of ["1", "2", "3", "4"]) requests.take(name, "a");
    requests.tick();
    expect(requests.inTurn).toEqual(["3", "4"]);
    expect(requests.isTurn).toBe(false);
  });

  test("fails alone, at once or in its turn", async () => {
    const requests = new Requests().crowd();
    expect(() => requests.take("bad 1")).toThrow("bad 1");
    requests.take("2");
    const answers = [requests.take("bad 3"), requests.take("4")];
    requests.tick();
    await expect(answers[0]).rejects.toThrow("bad 3");
    expect(await (await answers[1])?.text()).toBe("4");
  });

  test("of a client that has gone costs nothing", () => {
    const requests = new Requests().crowd();
    const gone = new AbortController();
    for (let n = 1; n <= 100; n++) requests.take(`${n}`, "flood", gone.signal);
    gone.abort();
    requests.take("honest", "flood");
    requests.answered.splice(0);
    expect(requests.tick()).toEqual(["honest"]);
  });
});
