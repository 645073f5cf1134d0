// What the library needs of the platform that it runs on. Tests give one of their own.

export interface Environment {
  readonly WebSocket: new (url: string, protocols?: string[]) => WebSocket;
  readonly RTCPeerConnection: new (configuration?: RTCConfiguration) => RTCPeerConnection;
  /** Milliseconds; only differences mean anything. */
  now(): number;
  /** At least 0, less than 1. */
  random(): number;
  /** @returns a function that cancels it */
  after(ms: number, run: () => void): () => void;
  /** The page may have a network again, or another one. @returns a function that stops listening */
  onNetwork(run: () => void): () => void;
  /** The page is seen again. @returns a function that stops listening */
  onVisible(run: () => void): () => void;
}

/** Throws a `TypeError` if there is no WebSocket or no RTCPeerConnection. */
export function platform(given: {
  readonly WebSocket?: unknown;
  readonly RTCPeerConnection?: unknown;
}): Environment {
  // Node has no document, and before 21 no navigator.
  const { document, navigator }: Partial<typeof globalThis> = globalThis;
  const connection = (navigator as { readonly connection?: EventTarget } | undefined)?.connection;
  return {
    WebSocket: classOf("WebSocket", given.WebSocket),
    RTCPeerConnection: classOf("RTCPeerConnection", given.RTCPeerConnection),
    now: () => performance.now(),
    random: () => Math.random(),
    after: (ms, run) => {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
    onNetwork: (run) => {
      const stops = [listen(globalThis, "online", run), listen(connection, "change", run)];
      return () => {
        for (const stop of stops) stop();
      };
    },
    onVisible: (run) =>
      listen(document, "visibilitychange", () => {
        if (document?.visibilityState === "visible") run();
      }),
  };
}

function classOf<Made>(name: string, given: unknown): Made {
  const found = given ?? Reflect.get(globalThis, name);
  if (typeof found !== "function") throw new TypeError(`there is no ${name}: give one`);
  return found as Made;
}

function listen(target: EventTarget | undefined, type: string, run: () => void): () => void {
  // Node's and Bun's global scope may take no listeners.
  target?.addEventListener?.(type, run);
  return () => target?.removeEventListener?.(type, run);
}
