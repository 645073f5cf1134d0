// What it takes to get in here: whether the server has a key for tokens, and the token that it gives with --dev.

export interface RoomAccess {
  readonly hasKey: boolean;
  /** Whether the server was started with --dev. */
  readonly isDev: boolean;
  /** With --dev, for pages on the server's own machine. */
  readonly token?: string;
}

/** @returns `undefined` if the server does not say */
export async function fetchAccess(): Promise<RoomAccess | undefined> {
  try {
    const response = await fetch("/demo/room/token");
    return response.ok ? await response.json() : undefined;
  } catch {
    return undefined;
  }
}
