// Runs in the browser: one peer of gstwebrtc-api, which produces the camera's stream or consumes another's. Tests
// call what it leaves on the global object.

import GstWebRTCAPI from "gstwebrtc-api";

let api;
/** What has happened, as words, and who waits for it. */
const events = [];
let waiting = [];
const sessions = new Map();

function happened(what) {
  events.push(what);
  const all = waiting;
  waiting = [];
  for (const look of all) look();
}

Object.assign(globalThis, {
  /** Connects, and tells what happens by `until`. */
  async connect(signalingServerUrl, name) {
    api = new GstWebRTCAPI({
      signalingServerUrl,
      meta: { name },
      reconnectionTimeout: 500,
      webrtcConfig: { iceServers: [] },
    });
    api.registerPeerListener({
      producerAdded: ({ id, meta }) => happened(`${meta.name} is there as ${id}`),
      producerRemoved: ({ id }) => happened(`${id} has gone`),
      consumerAdded: () => undefined,
      consumerRemoved: () => undefined,
    });
    return new Promise((resolve) => {
      api.registerConnectionListener({
        connected: (id) => {
          happened("connected");
          resolve(id);
        },
        disconnected: () => happened("disconnected"),
      });
    });
  },

  /** Offers the camera's stream to whoever asks. */
  async produce() {
    const stream = await navigator.mediaDevices.getUserMedia({ video: true });
    const session = api.createProducerSession(stream);
    if (session === null) throw new Error("no producer session");
    session.addEventListener("clientConsumerAdded", () => happened("a consumer came"));
    session.addEventListener("clientConsumerRemoved", () => happened("a consumer went"));
    session.start();
  },

  /** Resolves once the stream of a producer plays. */
  async consume(id) {
    const session = api.createConsumerSession(id);
    if (session === null) throw new Error("no consumer session");
    sessions.set(id, session);
    session.addEventListener("closed", () => happened(`the session with ${id} is over`));
    const streams = new Promise((resolve) => session.addEventListener("streamsChanged", resolve));
    session.connect();
    await streams;
    const video = document.createElement("video");
    video.muted = true;
    video.srcObject = session.streams[0] ?? null;
    await video.play();
    while (video.currentTime < 0.2) await new Promise((resolve) => setTimeout(resolve, 20));
  },

  /** All that has happened so far. */
  allEvents: () => JSON.stringify(events),

  hangUp: (id) => sessions.get(id)?.close(),

  /** Resolves with the first event, gone or yet to come, that matches a pattern. */
  async until(pattern) {
    for (;;) {
      const found = events.find((event) => new RegExp(pattern).test(event));
      if (found !== undefined) return found;
      await new Promise((resolve) => waiting.push(resolve));
    }
  },
});
