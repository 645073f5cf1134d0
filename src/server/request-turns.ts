// Requests have a share of each tick; the others are answered later, in turns, so that sockets are polled in between.
// Measured on Bun 1.4.4: it answers all requests that one read brought, thousands if a client pipelines, before it
// polls another socket. And it accepts connections until there are none, so clients that come back as soon as they are
// answered keep it from anything else.
//
// Bun closes a connection on which a request arrives while another one is being answered: a client that pipelines
// more than there is time for has to connect again.

import { WorkQueue } from "../core/work-queue.ts";

/** Milliseconds of one tick for requests: some twenty-five, that for an upgrade included. */
const shareMs = 1;

/**
 * What a request counts for `WorkQueue.mayDo`: sixteen in a tick are answered at once, so that few are never late. Bun answers
 * 400 where a client sends on behind a handshake that waits.
 */
const unitsOfRequest = 4096;

/** Nothing is returned for a request that has become a WebSocket. */
type Answer = Response | Promise<Response | undefined> | undefined;

/** What is needed of a request. */
interface Asked {
  /** Aborted once the client has gone. */
  readonly signal: AbortSignal;
}

const unread = (): Response => new Response(null);

export class RequestTurns {
  readonly #queue: WorkQueue;
  #isTurn = false;

  /** @param queue tests give their own */
  constructor(fault: (thrown: unknown) => void, queue = new WorkQueue({ fault, shareMs })) {
    this.#queue = queue;
  }

  /** Whether a request is being answered in its turn: what begins with the answer has waited, too. */
  get isTurn(): boolean {
    return this.#isTurn;
  }

  /**
   * Answers a request now, or in its turn. A client that has gone by then costs nothing.
   * @param key whose turn it is, as `WorkQueue.run` has it
   * @param answer what it throws is thrown here, or rejects the promise
   */
  take(request: Asked, key: unknown, answer: () => Answer): Answer {
    return this.#queue.mayDo(unitsOfRequest) ? answer() : this.#answerLater(request, key, answer);
  }

  #answerLater(
    { signal }: Asked,
    key: unknown,
    answer: () => Answer,
  ): Promise<Response | undefined> {
    const { promise, resolve, reject } = Promise.withResolvers<Response | undefined>();
    this.#queue.run(key, () => {
      this.#isTurn = true;
      try {
        resolve(signal.aborted ? unread() : answer());
      } catch (thrown) {
        reject(thrown);
      } finally {
        this.#isTurn = false;
      }
    });
    return promise;
  }
}
