// A client of the PeerJS protocol on a raw socket.

import { type OpenOptions, RawSocket } from "./raw-socket.ts";
import { heardWhenSettled } from "./settled.ts";

export interface Credentials {
  readonly key?: string;
  readonly token?: string;
  /** The server's base path. */
  readonly path?: string;
}

/** Where a client asks for an id, as a browser encodes what the client wrote. */
export const socketPath = (
  id: string,
  { key = "peerjs", token = `token of ${id}`, path = "/" }: Credentials = {},
): string => encodeURI(`${path}peerjs?key=${key}&id=${id}&token=${token}&version=1.5.5`);

/** Connects and reads the first frame, which must be OPEN. */
export async function register(
  url: URL,
  id: string,
  credentials?: Credentials,
  options?: OpenOptions,
): Promise<RawSocket> {
  const socket = await RawSocket.open(url, socketPath(id, credentials), options);
  const first = await socket.next();
  if (first !== '{"type":"OPEN"}') throw new Error(`this is not OPEN: ${first}`);
  return socket;
}

/** What a client reads that is not let in: every text until it is closed. */
export async function refusal(url: URL, path: string): Promise<readonly string[]> {
  const socket = await RawSocket.open(url, path);
  return await socket.rest();
}

let ids = 0;

/** An id that nobody else has. */
export const freshId = (): string => `peer-${++ids}`;

/**
 * Every text that the server has for the holder of an id by now: those that come before a message that it
 * sends to itself.
 */
export const heard = (socket: RawSocket, id: string): Promise<readonly string[]> =>
  heardWhenSettled(socket.url, () => fenced(socket, id));

async function fenced(socket: RawSocket, id: string): Promise<readonly string[]> {
  const fence = `{"type":"OFFER","src":"${id}","dst":"${id}","payload":"fence"}`;
  socket.send(`{"type":"OFFER","dst":"${id}","payload":"fence"}`);
  const texts: string[] = [];
  for (let text = await socket.next(); text !== fence; text = await socket.next()) texts.push(text);
  return texts;
}
