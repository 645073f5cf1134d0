// Listeners by name. What a listener throws is reported as of any event, and stops nobody else.

type Listener = (...given: never[]) => void;

export class Emitter<Events extends { [Name in keyof Events]: Listener }> {
  readonly #listeners = new Map<keyof Events, Set<Listener>>();

  /** @returns a function that stops listening */
  on<Name extends keyof Events>(name: Name, listener: Events[Name]): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  /** Whether anybody listens. */
  has(name: keyof Events): boolean {
    return (this.#listeners.get(name)?.size ?? 0) > 0;
  }

  emit<Name extends keyof Events>(name: Name, ...given: Parameters<Events[Name]>): void {
    for (const listener of [...(this.#listeners.get(name) ?? [])])
      try {
        (listener as (...all: Parameters<Events[Name]>) => void)(...given);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
  }
}
