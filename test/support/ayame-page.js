// What a page does with the real web SDK of Ayame: bundled, served to a browser, and told what to do by the test.
// Everything that happens is written down in `happened`.

import { createConnection, defaultOptions } from "@open-ayame/ayame-web-sdk";
import { happens, seenBeginning as seen } from "./page-events.js";

let connection;

/** Connects without media, and opens a data channel if somebody is there. */
async function join(url, roomId, clientId) {
  const media = { audio: { enabled: false }, video: { enabled: false } };
  const options = { ...defaultOptions, iceServers: [], clientId, ...media };
  connection = createConnection(url, roomId, options);
  const talk = (channel) => {
    channel.onmessage = ({ data }) => happens(`read ${data}`);
    channel.onopen = () => channel.send(`hello from ${clientId}`);
    if (channel.readyState === "open") channel.onopen();
  };
  connection.on("open", async () => {
    const channel = await connection.createDataChannel("chat");
    // The SDK makes one for who offers.
    if (channel !== null) talk(channel);
  });
  connection.on("datachannel", talk);
  connection.on("bye", () => happens("bye"));
  connection.on("disconnect", ({ reason }) => happens(`disconnected ${reason}`));
  await connection.connect(null).then(
    () => happens("connected"),
    (error) => happens(`refused ${error}`),
  );
}

window.pageOfTest = { join, seen, leave: () => connection.disconnect() };
