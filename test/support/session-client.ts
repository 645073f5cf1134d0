// A client of the session protocol on a raw socket: begun, with the first frame already read. Times that
// the server writes read as `now` in what it hears, so that whole frames compare.

import { type OpenOptions, RawSocket } from "./raw-socket.ts";
import { heardWhenSettled, settled } from "./settled.ts";

export interface Session {
  readonly socket: RawSocket;
  readonly id: string;
  /** The first frame, as it came but for its time. */
  readonly connected: string;
}

/** @param space percent-encoded; the default space without */
export async function openSession(
  url: URL,
  space?: string,
  options?: OpenOptions,
): Promise<Session> {
  const query = space === undefined ? "" : `?space=${space}`;
  const socket = await RawSocket.open(url, `/ws${query}`, options);
  const connected = timeless(await socket.next());
  const [, id] = /"sessionId":"(ws_\d{13}_[0-9a-f]{16})"/.exec(connected) ?? [];
  if (id === undefined) throw new Error(`this is no session: ${connected}`);
  // The others may send to it by then.
  await settled(url);
  return { socket, id, connected };
}

/** A frame of the server's own whose time, at its end, reads as `now`. */
export const timeless = (frame: string): string =>
  frame.replace(/"(timestamp|serverTimestamp)":\d{13}\}$/, '"$1":now}');

export async function openSessions(
  url: URL,
  count: number,
  space?: string,
): Promise<readonly Session[]> {
  const sessions: Session[] = [];
  while (sessions.length < count) sessions.push(await openSession(url, space));
  return sessions;
}

/** Every text that the server has for this session by now: those before the answer to a ping. */
export const heard = (session: Session): Promise<readonly string[]> =>
  heardWhenSettled(session.socket.url, () => fenced(session));

async function fenced({ socket, id }: Session): Promise<readonly string[]> {
  const answer = `{"type":"pong","sessionId":"${id}","clientTimestamp":"fence","serverTimestamp":now}`;
  socket.send('{"type":"ping","timestamp":"fence"}');
  const texts: string[] = [];
  for (let text = await next(socket); text !== answer; text = await next(socket)) texts.push(text);
  return texts;
}

const next = async (socket: RawSocket): Promise<string> => timeless(await socket.next());

/** The error that a session is told of, as it comes but for its time. */
export const errorFor = ({ id }: Session, error: string, code = "MESSAGE_HANDLING_ERROR"): string =>
  `{"type":"error","sessionId":"${id}","error":${JSON.stringify(error)},"errorCode":"${code}","timestamp":now}`;

let spaces = 0;

/** A space's name that nobody else has. */
export const freshSpace = (): string => `space-${++spaces}`;
