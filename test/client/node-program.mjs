// Two in Node exchange a value by the library, whose file and whose server are given.

import { RTCPeerConnection } from "werift";
import { WebSocket } from "ws";

const [library, server] = process.argv.slice(2);
const { join } = await import(library);

class Loopback extends RTCPeerConnection {
  constructor() {
    super({ iceServers: [], iceAdditionalHostAddresses: ["127.0.0.1"] });
  }
}

const open = () =>
  join(server, "node", { password: "sesame", RTCPeerConnection: Loopback, WebSocket });
const [ann, bob] = await Promise.all([open(), open()]);
const at = ann.channel("values");
// Not at the same time: offers that cross are for browsers to show.
const reached = await new Promise((resolve) => at.on("open", resolve));
const to = bob.channel("values");
to.on("data", (value) => {
  process.stdout.write(JSON.stringify(value), () => process.exit());
});
void at.send({ from: "Node" }, reached);
