// The demo: joins the topic of the address bar, and wires the page to the server and the peers.

import { nameInAddress, socketUrl } from "./address.ts";
import { parseIceServers } from "./ice-servers.ts";
import { Meeting } from "./meeting.ts";
import { randomName, randomTopic } from "./names.ts";
import { Signaling } from "./signaling.ts";
import { TopicAttendance } from "./topic-roster.ts";
import { View } from "./view.ts";

const meeting = new Meeting();
const { gathering } = meeting;
const view = new View({
  onJoin: join,
  onLeave: leave,
  onChange: () => {
    if (signaling) join();
  },
});
let signaling: Signaling | undefined;

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
  meeting.name = name;
  if (topic === "") {
    view.showStatus(false, "A topic is needed to meet in.");
    return;
  }
  // The history entry keeps the name over a reload, and the link is all one needs to join.
  history.replaceState({ name }, "", `#${encodeURIComponent(topic)}`);
  view.showLink(location.href);
  view.showStatus(true, `Joining ${topic} …`);

  const line = new Signaling({
    url: topicUrl(topic, name),
    onFrame: (frame) => {
      if (frame.type === "welcome") {
        view.showStatus(true, `In ${topic}`, frame.selfId);
        gathering.log(`Joined ${topic} as ${frame.selfId}`, "good");
      }
      attendance.receive(frame);
    },
    onLost: (reason, retryMs) => {
      const seconds = (retryMs / 1000).toFixed(1);
      view.showStatus(true, "The server is out of reach; trying again.");
      gathering.log(`No connection to the server (${reason}); next try in ${seconds} s`, "error");
    },
  });
  const servers = iceServers();
  const attendance = new TopicAttendance(
    meeting.begin({
      configuration: () => ({ iceServers: [...servers] }),
      send: (type, to, payload) => line.send(type, to, payload),
    }),
    gathering,
  );
  signaling = line;
}

function leave(): void {
  endVisit();
  meeting.stopCamera();
  view.showStatus(false, "Not joined");
  gathering.log("Left");
}

function endVisit(): void {
  signaling?.close();
  signaling = undefined;
  meeting.end();
}

function iceServers(): readonly RTCIceServer[] {
  try {
    gathering.showNotice("");
    return parseIceServers(view.iceServers);
  } catch (error) {
    gathering.showNotice(error instanceof Error ? error.message : String(error));
    return [];
  }
}

function topicUrl(topic: string, name: string): string {
  const metadata = encodeURIComponent(JSON.stringify({ name }));
  return socketUrl(`/ws/${encodeURIComponent(topic)}?metadata=${metadata}`);
}
