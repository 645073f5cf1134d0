// What the start page says of this protocol.

import type { Guide } from "../protocol.ts";

export const guide: Guide = {
  title: "GStreamer",
  path: "/gst/{space}",
  about:
    "For webrtcsink, webrtcsrc and gstwebrtc-api: cameras, robots and remote desktops. Producers are seen " +
    "within their space; /gst alone is the space default.",
  snippets: [
    {
      client: "GStreamer",
      language: "sh",
      code: `gst-launch-1.0 videotestsrc ! webrtcsink signaller::uri={ws}/gst/my-space meta=meta,name=camera`,
    },
    {
      client: "Browser",
      language: "js",
      code: `import GstWebRTCAPI from "gstwebrtc-api";

const api = new GstWebRTCAPI({ signalingServerUrl: "{ws}/gst/my-space" });
api.registerPeerListener({
  producerAdded({ id, meta }) {
    const session = api.createConsumerSession(id);
    session.addEventListener("streamsChanged", () => {
      const [video] = document.getElementsByTagName("video");
      video.srcObject = session.streams[0];
    });
    session.connect();
  },
});`,
    },
  ],
};
