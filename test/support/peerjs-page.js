// What a page does with the real PeerJS client: bundled, served to a browser, and told what to do by the
// test. Everything that happens to its peer is written down in `happened`.

import { Peer } from "peerjs";
import { happened, happens, seen, seenBeginning } from "./page-events.js";

let peer;
let newestSocket;

/** Resolves with the first error of the peer: its type, and what it says. */
const failed = () => seenBeginning("error ");

/** Makes a peer that does as it is told: it answers calls with a picture, and messages with an echo. */
function begin(options, id) {
  const given = { ...options, config: { iceServers: [] } };
  peer = id === undefined ? new Peer(given) : new Peer(id, given);
  peer.on("open", () => happens("open"));
  peer.on("error", ({ type, message }) => happens(`error ${type}: ${message}`));
  peer.on("disconnected", () => happens("disconnected"));
  peer.on("connection", (connection) => {
    happens(`connection from ${connection.peer}`);
    connection.on("data", (data) => connection.send({ echo: data }));
  });
  peer.on("call", (call) => {
    call.answer(picture(160));
    call.on("stream", (stream) => show(stream));
  });
}

/** @returns the answer to a message over a data channel */
function ask(id, message) {
  const connection = peer.connect(id, { reliable: true });
  connection.on("open", () => connection.send(message));
  return new Promise((resolve) => connection.on("data", resolve));
}

/** Calls somebody with a moving picture, and waits until theirs is seen. */
function call(id) {
  peer.call(id, picture(320)).on("stream", (stream) => show(stream));
}

function picture(width) {
  const canvas = Object.assign(document.createElement("canvas"), { width, height: 120 });
  const context = canvas.getContext("2d");
  setInterval(() => {
    context.fillStyle = `hsl(${performance.now() % 360} 80% 50%)`;
    context.fillRect(0, 0, width, 120);
  }, 100);
  return canvas.captureStream();
}

/** Plays a stream, and tells how wide its picture is once there is one. */
function show(stream) {
  const video = Object.assign(document.createElement("video"), { srcObject: stream, muted: true });
  video.addEventListener("playing", () => happens(`a picture ${video.videoWidth} wide`));
  document.body.append(video);
  video.play().catch(() => undefined);
}

/** Drops the signaling socket as a network does that is gone: the server hears nothing of it. */
function loseSocket() {
  const { close } = WebSocket.prototype;
  WebSocket.prototype.close = () => undefined;
  peer.disconnect();
  WebSocket.prototype.close = close;
}

/** Comes back under the same id; resolves when the new socket is connected. */
async function comeBack() {
  happened.length = 0;
  const Native = window.WebSocket;
  window.WebSocket = class extends Native {
    constructor(url) {
      super(url);
      newestSocket = this;
    }
  };
  peer.reconnect();
  window.WebSocket = Native;
  await new Promise((resolve) => newestSocket.addEventListener("open", resolve));
}

window.pageOfTest = {
  begin,
  seen,
  failed,
  ask,
  call,
  loseSocket,
  comeBack,
  id: () => peer.id,
  connect: (id) => void peer.connect(id),
  connectWithMetadata: (id, length) => void peer.connect(id, { metadata: "x".repeat(length) }),
  list: () => new Promise((resolve) => peer.listAllPeers(resolve)),
  later: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};
