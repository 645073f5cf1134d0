// What a page does with real clients of trackers, bittorrent-tracker's and trystero's: bundled, served to a
// browser, and told what to do by the test. Everything that happens is written down in `happened`.

import { joinRoom, selfId } from "@trystero-p2p/torrent";
import Client from "bittorrent-tracker/client";

const happened = [];
let waiting = [];
const clients = new Map();

function happens(event) {
  happened.push(event);
  const woken = waiting;
  waiting = [];
  for (const wake of woken) wake();
}

/** Resolves when it has happened, before or after; with all that has happened by then. */
async function seen(event) {
  while (!happened.includes(event)) await new Promise((resolve) => waiting.push(resolve));
  return happened;
}

/**
 * A client of bittorrent-tracker in a swarm: it greets every peer that it is connected to. Clients of one page
 * share a socket.
 * @param infoHash in hexadecimal digits, as the id
 */
function begin(announce, infoHash, peerId, left) {
  const client = new Client({
    announce: [announce],
    infoHash,
    peerId,
    rtcConfig: { iceServers: [] },
    getAnnounceOpts: () => ({ left }),
  });
  clients.set(peerId, client);
  client.on("error", ({ message }) => happens(`error ${message}`));
  client.on("warning", ({ message }) => happens(`warning ${message}`));
  client.on("update", ({ complete, incomplete }) =>
    happens(`${peerId}: ${complete} complete, ${incomplete} incomplete`),
  );
  client.on("scrape", ({ infoHash: of, complete, incomplete, downloaded }) =>
    happens(`scrape of ${of}: ${complete}, ${incomplete}, ${downloaded}`),
  );
  client.on("peer", (peer) => {
    peer.on("connect", () => peer.send(`hello from ${peerId}`));
    peer.on("data", (data) => happens(`${peerId} read ${new TextDecoder().decode(data)}`));
  });
  client.start();
}

/** Comes in a room of trystero, and greets everybody there. @returns its id */
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
  begin,
  join,
  leave: () => window.room.leave(),
  happened: () => happened,
  scrape: (peerId, infoHash) => clients.get(peerId).scrape({ infoHash }),
  complete: (peerId) => clients.get(peerId).complete(),
  update: (peerId) => clients.get(peerId).update(),
  stop: (peerId) => clients.get(peerId).stop(),
};
