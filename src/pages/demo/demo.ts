// The demo: joins the topic of the address bar, and wires the page to the visit.

import { nameInAddress } from "./address.ts";
import { parseIceServers } from "./ice-servers.ts";
import { Meeting } from "./meeting.ts";
import { randomName, randomTopic } from "./names.ts";
import { View } from "./view.ts";
import { Visit } from "./visit.ts";

const meeting = new Meeting();
const { gathering } = meeting;
const view = new View({
  onJoin: join,
  onLeave: leave,
  onChange: () => {
    if (visit) join();
  },
});
let visit: Visit | undefined;

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
    view.showProblem("A topic is needed to meet in.");
    return;
  }
  // The history entry keeps the name over a reload, and the link is all one needs to join.
  history.replaceState({ name }, "", `#${encodeURIComponent(topic)}`);
  view.showLink(location.href);
  view.showStatus(true, `Joining ${topic} …`);
  gathering.allowSharing(true);
  const begun = new Visit({
    topic,
    name,
    iceServers: iceServers(),
    gathering,
    onIn: (id) => {
      view.showStatus(true, `In ${topic}`, id);
      gathering.log(`In ${topic} as ${id}`, "good");
    },
    onWaiting: (waiting) => {
      const { code, reason, retryMs } = waiting;
      view.showWaiting(waiting);
      const [why, seconds] = [`${code} ${reason}`.trim(), (retryMs / 1000).toFixed(1)];
      gathering.log(`No connection to the server (${why}); next try in ${seconds} s`, "error");
    },
    onRefused: (problem) => {
      endVisit();
      meeting.stopCamera();
      view.showProblem(`Refused: ${problem}`);
      gathering.log(`Refused: ${problem}`, "error");
    },
  });
  visit = begun;
  meeting.meet(begun);
}

function leave(): void {
  endVisit();
  meeting.stopCamera();
  view.showStatus(false, "Not joined");
  gathering.log("Left");
}

function endVisit(): void {
  visit = undefined;
  meeting.end();
  gathering.allowSharing(false);
}

/** @returns `undefined` if the user typed none in: then they are those of the server */
function iceServers(): readonly RTCIceServer[] | undefined {
  try {
    gathering.showNotice("");
    const servers = parseIceServers(view.iceServers);
    return servers.length === 0 ? undefined : servers;
  } catch (error) {
    gathering.showNotice(error instanceof Error ? error.message : String(error));
    return undefined;
  }
}
