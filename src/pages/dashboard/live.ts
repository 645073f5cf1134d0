// The connection over which the server tells what goes on. It is made again when it is lost.

import type { Overview } from "./overview.ts";

/** `refused`: the server answers, and lets nobody watch. */
export type LiveState = "connecting" | "live" | "lost" | "refused";

interface LiveListener {
  told(overview: Overview): void;
  became(state: LiveState): void;
}

const firstPauseMs = 500;
const maxPauseMs = 10_000;

/** @returns ends it */
export function watch(listener: LiveListener): () => void {
  let socket: WebSocket | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let pauseMs = firstPauseMs;
  let isOver = false;

  const connect = (): void => {
    const url = new URL("/live", location.href);
    url.protocol = url.protocol.replace("http", "ws");
    socket = new WebSocket(url);
    socket.onmessage = ({ data }) => {
      pauseMs = firstPauseMs;
      listener.became("live");
      listener.told(JSON.parse(data));
    };
    socket.onclose = () => void again();
  };

  /** A browser does not say why a socket was refused, and so it is asked in another way. */
  const again = async (): Promise<void> => {
    if (isOver) return;
    const isRefused = await fetch("/api/v1/overview").then(
      ({ status }) => status === 401 || status === 403,
      () => false,
    );
    if (isOver) return;
    listener.became(isRefused ? "refused" : "lost");
    timer = setTimeout(connect, pauseMs * (0.5 + Math.random() / 2));
    pauseMs = Math.min(pauseMs * 2, maxPauseMs);
  };

  connect();
  return () => {
    isOver = true;
    clearTimeout(timer);
    socket?.close();
  };
}
