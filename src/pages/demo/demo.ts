// The demo: joins the topic of the address bar, and wires the page to the server and the peers.

import { nameInAddress, socketUrl } from "./address.ts";
import { openCamera } from "./camera.ts";
import { parseIceServers } from "./ice-servers.ts";
import { Mesh } from "./mesh.ts";
import { randomName, randomTopic } from "./names.ts";
import { Signaling } from "./signaling.ts";
import { View } from "./view.ts";

interface Visit {
  readonly signaling: Signaling;
  readonly mesh: Mesh;
}

const view = new View({
  onJoin: join,
  onLeave: leave,
  onChange: () => {
    if (visit) join();
  },
  onSay: say,
  onCamera: toggleCamera,
});
let visit: Visit | undefined;
let camera: MediaStream | undefined;

view.topic = nameInAddress() || randomTopic();
view.name = typeof history.state?.name === "string" ? history.state.name : randomName();
join();

addEventListener("hashchange", () => {
  const topic = nameInAddress();
  if (topic === "" || topic === view.topic) return;
  view.topic = topic;
  join();
});

/** Joins the topic on the page, after leaving the one before. */
function join(): void {
  endVisit();
  const { topic, name } = view;
  if (topic === "") {
    view.showStatus(false, "A topic is needed to meet in.");
    return;
  }
  // The history entry keeps the name over a reload, and the link is all one needs to join.
  history.replaceState({ name }, "", `#${encodeURIComponent(topic)}`);
  view.showLink(location.href);
  view.showStatus(true, `Joining ${topic} …`);

  const mesh = new Mesh({
    view,
    iceServers: iceServers(),
    send: (type, to, payload) => signaling.send(type, to, payload),
  });
  const signaling = new Signaling({
    url: topicUrl(topic, name),
    onFrame: (frame) => {
      if (frame.type === "welcome") {
        view.showStatus(true, `In ${topic}`, frame.selfId);
        view.log(`Joined ${topic} as ${frame.selfId}`, "good");
      }
      mesh.receive(frame);
    },
    onLost: (reason, retryMs) => {
      const seconds = (retryMs / 1000).toFixed(1);
      view.showStatus(true, "The server is out of reach; trying again.");
      view.log(`No connection to the server (${reason}); next try in ${seconds} s`, "error");
    },
  });
  mesh.share(camera);
  visit = { signaling, mesh };
}

function leave(): void {
  endVisit();
  stopCamera();
  view.showStatus(false, "Not joined");
  view.log("Left");
}

function endVisit(): void {
  visit?.signaling.close();
  visit?.mesh.close();
  visit = undefined;
}

function say(text: string): void {
  view.addMessage(view.name || "You", text);
  if (!visit?.mesh.say(text)) view.showNotice("Nobody is connected yet, so nobody has read that.");
  else view.showNotice("");
}

async function toggleCamera(): Promise<void> {
  view.showNotice("");
  if (camera) return stopCamera();
  const answer = await openCamera();
  if ("refusal" in answer) return view.showNotice(`${answer.refusal} You can still chat.`);
  camera = answer.stream;
  // Unplugged, or taken back in the browser's own controls.
  for (const track of camera.getTracks()) track.addEventListener("ended", stopCamera);
  view.showCamera(camera);
  visit?.mesh.share(camera);
}

function stopCamera(): void {
  for (const track of camera?.getTracks() ?? []) track.stop();
  camera = undefined;
  view.showCamera(undefined);
  visit?.mesh.share(undefined);
}

function iceServers(): readonly RTCIceServer[] {
  try {
    view.showNotice("");
    return parseIceServers(view.iceServers);
  } catch (error) {
    view.showNotice(error instanceof Error ? error.message : String(error));
    return [];
  }
}

function topicUrl(topic: string, name: string): string {
  const metadata = encodeURIComponent(JSON.stringify({ name }));
  return socketUrl(`/ws/${encodeURIComponent(topic)}?metadata=${metadata}`);
}
