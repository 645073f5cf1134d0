// What a page does with trystero as it comes, told only where its relay is: bundled, served to a browser, and told
// what to do by the test. Everything that happens is written down in `happened`.

import { getRelaySockets, joinRoom, selfId } from "trystero";

const happened = [];
let waiting = [];

function happens(event) {
  happened.push(event);
  const woken = waiting;
  waiting = [];
  for (const wake of woken) wake();
}

/** Resolves when it has happened, before or after. */
async function seen(event) {
  while (!happened.includes(event)) await new Promise((resolve) => waiting.push(resolve));
}

/** Comes in a room, and greets everybody there. @returns its id */
function join(url, roomId) {
  const config = { appId: "test", relayConfig: { urls: [url] }, rtcConfig: { iceServers: [] } };
  const room = joinRoom(config, roomId);
  const greeting = room.makeAction("greeting");
  greeting.onMessage = (text, { peerId }) => happens(`read ${text} of ${peerId}`);
  room.onPeerJoin = (peerId) => {
    happens(`joined ${peerId}`);
    void greeting.send(`hello ${peerId}`, { target: peerId });
  };
  room.onPeerLeave = (peerId) => happens(`left ${peerId}`);
  window.room = room;
  return selfId;
}

window.pageOfTest = {
  seen,
  join,
  leave: () => window.room.leave(),
  relays: () => Object.keys(getRelaySockets()),
};
