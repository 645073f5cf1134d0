// The ways in which somebody visits the server: to talk, to listen to nothing, to say too much, to say what makes no
// sense, and to stay at the door.

import { seatIn } from "../contract/client.ts";
import type { Contract, Member, Seat } from "../contract/contract.ts";
import { hostileFrames } from "../contract/hostile-frames.ts";
import { waysOf } from "../contract/ways.ts";
import { RawSocket, upgradeText } from "../support/raw-socket.ts";
import type { Crowd, Place } from "./crowd.ts";
import type { Random } from "./random.ts";

type Visit = (crowd: Crowd, place: Place, random: Random) => Promise<void>;

interface Guest {
  readonly socket: RawSocket;
  readonly self: Member;
}

/** Comes in. @returns nothing if it is not let in */
async function enter(crowd: Crowd, place: Place): Promise<Guest | undefined> {
  const { contract, topic, members } = place;
  const seat = await seatIn(topic, crowd.newName());
  const socket = RawSocket.begin(crowd.url, contract.path(seat));
  crowd.hold(socket);
  try {
    await socket.opened;
  } catch {
    socket.destroy();
    crowd.count("refused");
    return undefined;
  }
  for (const text of contract.greetings?.(seat) ?? []) socket.send(text);
  const id = await idOf(socket, contract, seat);
  void crowd.drain(socket);
  if (id === undefined) return undefined;
  const self = { topic, id };
  members.add(self);
  void socket.closed.then(() => members.delete(self));
  return { socket, self };
}

/** The id in its welcome. @returns nothing if it was closed before */
async function idOf(
  socket: RawSocket,
  { welcome }: Contract,
  seat: Seat,
): Promise<string | undefined> {
  if (welcome === undefined) return seat.id;
  try {
    for (;;) {
      const id = welcome(await socket.next(), seat);
      if (id !== undefined) return id;
    }
  } catch {
    return undefined;
  }
}

/** A message to somebody in the same topic, who may have left meanwhile. */
function messageTo(contract: Contract, self: Member, to: Member, random: Random): string {
  const payload = JSON.stringify("x".repeat(random.whole(0, 1500)));
  return random.oneOf(waysOf(contract)).send(self, to, payload).sent;
}

async function goodbye({ socket }: Guest, random: Random): Promise<void> {
  switch (random.weighted({ close: 6, reset: 3, finish: 1 })) {
    case "close":
      socket.close(random.oneOf([1000, 1001, 4000]), "bye");
      break;
    case "reset":
      socket.destroy();
      break;
    case "finish":
      socket.finish();
  }
  await socket.gone;
}

const talk: Visit = async (crowd, place, random) => {
  const guest = await enter(crowd, place);
  if (guest === undefined) return;
  for (let left = random.whole(1, 20); left > 0 && !crowd.isOver; left--) {
    await crowd.pause(random.next() * 2);
    const to = random.oneOf([...place.members, guest.self]);
    for (let copies = random.whole(1, 5); copies > 0; copies--) {
      guest.socket.send(messageTo(place.contract, guest.self, to, random));
      crowd.count("sent");
    }
    guest.socket.send(place.contract.ping(guest.self).sent);
  }
  await goodbye(guest, random);
};

const stall: Visit = async (crowd, place, random) => {
  const guest = await enter(crowd, place);
  if (guest === undefined) return;
  guest.socket.pause();
  crowd.count("stalls");
  await crowd.pause(random.whole(1, 45));
  if (random.isTrue(0.5)) guest.socket.resume();
  else guest.socket.destroy();
  await crowd.pause(1);
  guest.socket.destroy();
  await guest.socket.gone;
};

const flood: Visit = async (crowd, place, random) => {
  const guest = await enter(crowd, place);
  if (guest === undefined) return;
  crowd.count("floods");
  const to = random.oneOf([...place.members, guest.self]);
  for (let left = random.whole(5, 20); left > 0 && !crowd.isOver; left--) {
    const count = random.whole(50, 300);
    for (let sent = 0; sent < count; sent++)
      guest.socket.send(messageTo(place.contract, guest.self, to, random));
    crowd.count("sent", count);
    await crowd.pause(random.next() / 4);
  }
  await goodbye(guest, random);
};

const misbehave: Visit = async (crowd, place, random) => {
  const guest = await enter(crowd, place);
  if (guest === undefined) return;
  const { socket, self } = guest;
  for (let left = random.whole(1, 4); left > 0 && !crowd.isOver; left--) {
    crowd.count("bad");
    switch (random.weighted({ frame: 4, text: 4, bytes: 1 })) {
      case "frame":
        socket.sendBytes(random.oneOf(hostileFrames).bytes);
        break;
      case "text":
        socket.send(random.oneOf(place.contract.hostile(self)));
        break;
      case "bytes":
        socket.sendBytes(random.bytes(random.whole(1, 300)));
    }
    await crowd.pause(random.next() / 2);
  }
  await goodbye(guest, random);
};

/** Requests that are none, or half of one, and good ones that are dropped. */
const knock: Visit = async (crowd, { contract, topic }, random) => {
  const whole = upgradeText(crowd.url, contract.path(await seatIn(topic, crowd.newName())));
  const socket = RawSocket.connect(crowd.url);
  crowd.hold(socket);
  crowd.count("bad");
  switch (random.weighted({ nothing: 2, half: 3, whole: 2, bytes: 2, request: 2 })) {
    case "nothing":
      break;
    case "half":
      socket.sendBytes(whole.slice(0, random.whole(1, whole.length - 1)));
      break;
    case "whole":
      socket.sendBytes(whole);
      break;
    case "bytes":
      socket.sendBytes(random.bytes(random.whole(1, 500)));
      break;
    case "request":
      socket.sendBytes(whole.replace("GET", random.oneOf(["POST", "get", "OPTIONS", "\0"])));
  }
  await crowd.pause(random.next() * 3);
  socket.destroy();
  await socket.gone;
};

export const visits = { talk, stall, flood, misbehave, knock } as const satisfies Record<
  string,
  Visit
>;
