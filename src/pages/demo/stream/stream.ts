// The stream demo: in the space of the address bar this page watches whoever broadcasts, until its user
// broadcasts.

import { nameInAddress, socketUrl } from "../address.ts";
import { openCamera } from "../camera.ts";
import { parseIceServers } from "../ice-servers.ts";
import { randomTopic } from "../names.ts";
import { Broadcaster } from "./broadcaster.ts";
import { type Drawing, startDrawing } from "./canvas.ts";
import { Session } from "./session.ts";
import { type Source, View } from "./view.ts";
import { Watcher } from "./watcher.ts";

/** What is broadcast, as long as it is. */
interface Show extends Drawing {
  readonly source: Source;
}

const view = new View({ onBroadcast: toggle, onChange: enter });
let session: Session | undefined;
let role: Watcher | Broadcaster | undefined;
let show: Show | undefined;

view.space = nameInAddress() || randomTopic();
view.showSource(undefined);
enter();

addEventListener("hashchange", () => {
  const space = nameInAddress();
  if (space === "" || space === view.space) return;
  view.space = space;
  enter();
});

// A tab that is closed would leave those who watch waiting for as long as a lost line.
addEventListener("pagehide", () => role?.close());

/** Enters the space on the page, after leaving the one before; what is broadcast goes on there. */
function enter(): void {
  session?.close();
  const { space } = view;
  history.replaceState(null, "", `#${encodeURIComponent(space)}`);
  view.showLink(location.href);
  view.showServer("Connecting to the server …");
  session = new Session({
    url: socketUrl(`/ws?space=${encodeURIComponent(space)}`),
    onBegin: (id) => {
      view.showServer(space === "" ? "Connected" : `In ${space}`, id);
      view.log(`Session ${id}`, "good");
      if (role instanceof Watcher) role.seek();
    },
    onSignal: (signal, source) => role?.receive(signal, source),
    onError: (text, absent) => {
      view.log(`Server: ${text}`, "error");
      if (absent !== undefined) role?.absent(absent);
    },
    onLost: (reason, retryMs) => {
      const seconds = (retryMs / 1000).toFixed(1);
      view.showServer("The server is out of reach; trying again.");
      view.log(`No connection to the server (${reason}); next try in ${seconds} s`, "error");
    },
  });
  play();
}

/** Takes the role that is right now: to broadcast what there is, or to watch. */
function play(): void {
  const viewers = role instanceof Broadcaster ? role.viewers : [];
  role?.close();
  const { send } = session ?? {};
  if (!send) return;
  view.showStream(show?.stream);
  view.showSource(show?.source);
  const common = { iceServers: iceServers(), send, log: view.log.bind(view) };
  if (show) {
    view.showActivity("broadcasting");
    view.showViewers(0);
    const { stream } = show;
    const onViewers = (count: number) => view.showViewers(count);
    const broadcaster = new Broadcaster({ ...common, stream, onViewers });
    // Who watched what was shown before need not find out that it has ended.
    for (const id of viewers) broadcaster.offer(id);
    role = broadcaster;
  } else {
    view.showActivity("seeking");
    role = new Watcher({
      ...common,
      onState: (state) => view.showActivity(state),
      onStream: (stream) => view.showStream(stream),
    });
    role.seek();
  }
}

async function toggle(source: Source): Promise<void> {
  view.showNotice("");
  const isStop = show?.source === source;
  show?.stop();
  show = isStop ? undefined : await open(source);
  play();
}

async function open(source: Source): Promise<Show | undefined> {
  if (source === "canvas") return { source, ...startDrawing() };
  const answer = await openCamera();
  if ("refusal" in answer) {
    view.showNotice(`${answer.refusal} A drawing needs none.`);
    return undefined;
  }
  const { stream } = answer;
  const stop = () => {
    for (const track of stream.getTracks()) track.stop();
  };
  // Unplugged, or taken back in the browser's own controls.
  for (const track of stream.getTracks())
    track.addEventListener("ended", () => {
      if (show?.stream === stream) toggle(source);
    });
  return { source, stream, stop };
}

function iceServers(): readonly RTCIceServer[] {
  try {
    return parseIceServers(view.iceServers);
  } catch (error) {
    view.showNotice(error instanceof Error ? error.message : String(error));
    return [];
  }
}
