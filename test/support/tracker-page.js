// What a page does with real clients of trackers, bittorrent-tracker's and trystero's: bundled, served to a
// browser, and told what to do by the test. Everything that happens is written down in `happened`.

import { joinRoom, selfId } from "@trystero-p2p/torrent";
import Client from "bittorrent-tracker/client";
import { happened, happens, seen } from "./page-events.js";
import { greeting } from "./trystero-greeting.js";

const clients = new Map();

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

window.pageOfTest = {
  seen,
  begin,
  ...greeting({ joinRoom, selfId }),
  happened: () => happened,
  scrape: (peerId, infoHash) => clients.get(peerId).scrape({ infoHash }),
  complete: (peerId) => clients.get(peerId).complete(),
  update: (peerId) => clients.get(peerId).update(),
  stop: (peerId) => clients.get(peerId).stop(),
};
