// The connection over which the server tells what goes on. It is made again when it is lost.

import type { NextTry } from "../pieces/countdown.tsx";
import { retryDelay } from "../pieces/retry-delay.ts";
import type { Overview } from "./overview.ts";

/** `refused`: the server answers, and lets nobody watch. */
export type LiveState = "connecting" | "live" | "lost" | "refused";

interface LiveListener {
  told(overview: Overview): void;
  /** @param next set if another try follows */
  became(state: LiveState, next?: NextTry): void;
}

const firstPauseMs = 500;

/** @returns ends it */
export function watch(listener: LiveListener): () => void {
  let socket: WebSocket | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let isOver = false;

  const connect = (): void => {
    const url = new URL("/live", location.href);
    url.protocol = url.protocol.replace("http", "ws");
    socket = new WebSocket(url);
    socket.onmessage = ({ data }) => {
      failures = 0;
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
    const retryMs = retryDelay(failures++, firstPauseMs);
    const retryNow = () => {
      if (timer === undefined || isOver) return;
      clearTimeout(timer);
      timer = undefined;
      connect();
    };
    timer = setTimeout(retryNow, retryMs);
    const next = { why: "", at: performance.now() + retryMs, retryNow };
    listener.became(isRefused ? "refused" : "lost", next);
  };

  connect();
  return () => {
    isOver = true;
    clearTimeout(timer);
    socket?.close();
  };
}
