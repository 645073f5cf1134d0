// What a page does with a release of PeerJS that is loaded as a script before this one, in the words that all
// releases share.

const { Peer } = window.peerjs ?? window;

let peer;

/** Resolves with the id once the server has taken it. */
window.begin = (id, port) =>
  new Promise((resolve, reject) => {
    const config = { iceServers: [] };
    peer = new Peer(id, { host: "127.0.0.1", port, path: "/", key: "peerjs", config });
    peer.on("open", resolve);
    peer.on("error", reject);
    peer.on("connection", (connection) => {
      connection.on("data", (data) => connection.send(`${data}, too`));
    });
    peer.on("call", (call) => call.answer(picture(160)));
  });

/** @returns the answer to a message over a data channel */
window.ask = (id, message) =>
  new Promise((resolve, reject) => {
    const connection = peer.connect(id, { reliable: true });
    connection.on("open", () => connection.send(message));
    connection.on("data", resolve);
    connection.on("error", reject);
  });

/** @returns how wide the picture is that comes back */
window.call = (id) =>
  new Promise((resolve) => {
    peer.call(id, picture(320)).on("stream", (stream) => {
      const video = Object.assign(document.createElement("video"), {
        srcObject: stream,
        muted: true,
      });
      video.addEventListener("playing", () => resolve(video.videoWidth));
      document.body.append(video);
      void video.play();
    });
  });

function picture(width) {
  const canvas = Object.assign(document.createElement("canvas"), { width, height: 120 });
  const context = canvas.getContext("2d");
  setInterval(() => {
    context.fillStyle = `hsl(${performance.now() % 360} 80% 50%)`;
    context.fillRect(0, 0, width, 120);
  }, 30);
  return canvas.captureStream();
}
