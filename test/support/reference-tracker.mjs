// bittorrent-tracker's own server, run by Node: its command line needs a WebRTC library for the client that comes
// with it. It listens on the port in the variable PORT, and prints which one that is. INTERVAL is in seconds.

import Server from "bittorrent-tracker/server";

// It tells clients in browsers a fifth of that.
const interval = Number(process.env.INTERVAL ?? 120) * 5 * 1000;
const server = new Server({ udp: false, http: false, ws: true, interval });
server.on("error", (error) => {
  throw error;
});
// Frames that it does not understand are warnings.
server.on("warning", () => undefined);
server.listen(Number(process.env.PORT ?? 0), "127.0.0.1", () => {
  process.stdout.write(`listening on port ${server.http.address().port}\n`);
});
