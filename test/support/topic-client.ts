// A client of the topic protocol on a raw socket: joined, with the frames that come first already read.

import { type OpenOptions, RawSocket } from "./raw-socket.ts";
import { heardWhenSettled, settled } from "./settled.ts";

export interface Joined {
  readonly socket: RawSocket;
  readonly id: string;
  /** The peer list, as the text that came. */
  readonly list: string;
}

/** @param topic percent-encoded, with a query where there is one */
export async function joinTopic(url: URL, topic: string, options?: OpenOptions): Promise<Joined> {
  const socket = await RawSocket.open(url, `/ws/${topic}`, options);
  const welcome = await socket.next();
  const [, id] = /^\{"type":"welcome","selfId":"(\w{26})"\}$/.exec(welcome) ?? [];
  if (id === undefined) throw new Error(`this is no welcome: ${welcome}`);
  const list = await socket.next();
  // The others have heard of it by then.
  await settled(url);
  return { socket, id, list };
}

/** Two peers of one topic that have heard of each other. */
export async function joinTwo(url: URL, topic: string): Promise<readonly [Joined, Joined]> {
  const first = await joinTopic(url, topic);
  const second = await joinTopic(url, topic);
  const joined = await first.socket.next();
  if (joined !== `{"type":"peer-joined","peerId":"${second.id}"}`)
    throw new Error(`this is not the second peer: ${joined}`);
  return [first, second];
}

let topics = 0;

/** A topic's name that nobody else has. */
export const freshTopic = (): string => `topic-${++topics}`;

/**
 * Every text that the server has for this socket by now: those that come before the answer to a message
 * which it answers at once.
 */
export const heard = (socket: RawSocket): Promise<readonly string[]> =>
  heardWhenSettled(socket.url, () => fenced(socket));

async function fenced(socket: RawSocket): Promise<readonly string[]> {
  const answer =
    '{"type":"error","code":"invalid_type","message":"unknown message type","msgId":"fence"}';
  socket.send('{"type":"fence","msgId":"fence"}');
  const texts: string[] = [];
  for (let text = await socket.next(); text !== answer; text = await socket.next())
    texts.push(text);
  return texts;
}
