// The stream demo: in the space of the address bar this page watches whoever broadcasts, until its user broadcasts.

import { render } from "preact";
import { LineLog, type Tone } from "../../pieces/log.ts";
import { redrawing } from "../../pieces/redrawing.ts";
import type { PageStanding } from "../../pieces/standing.tsx";
import { nameInAddress, pageMain, socketUrl } from "../address.ts";
import { openCamera } from "../camera.ts";
import { IceRenewal } from "../ice-renewal.ts";
import { parseIceServers } from "../ice-servers.ts";
import { randomTopic } from "../names.ts";
import { inWords } from "../words.ts";
import { Broadcaster } from "./broadcaster.ts";
import { type Drawing, startDrawing } from "./canvas.ts";
import { Session } from "./session.ts";
import { type Activity, type Source, StreamPage } from "./stream-page.tsx";
import { Watcher } from "./watcher.ts";

/** What is broadcast, as long as it is. */
interface Show extends Drawing {
  readonly source: Source;
}

const log = new LineLog();
const redraw = redrawing(draw);
let space = nameInAddress() || randomTopic();
let standing: PageStanding = { state: "out", text: "Not connected" };
let problem = "";
let notice = "";
let activity: Activity = "seeking";
let stream: MediaStream | undefined;
let viewers = 0;
let session: Session | undefined;
let role: Watcher | Broadcaster | undefined;
let show: Show | undefined;
/** How often the user has chosen what to broadcast: a camera that is allowed after the next choice is stopped. */
let choices = 0;
/** In place of what the server gives. */
let typedServers: readonly RTCIceServer[] = [];
/** `undefined` until the server has said it: it may forbid direct connections. */
let given: RTCConfiguration | undefined;
const iceRenewal = new IceRenewal({
  onIce: ({ iceServers, iceTransportPolicy = "all" }) => {
    given = { iceServers: [...iceServers], iceTransportPolicy };
    if (role === undefined) play();
  },
});

enter();

addEventListener("hashchange", () => {
  const other = nameInAddress();
  if (other === "" || other === space) return;
  space = other;
  enter();
});

// A tab that is closed would leave those who watch waiting for as long as a lost line.
addEventListener("pagehide", () => role?.close());

/** Enters the space, after leaving the one before; what is broadcast goes on there. */
function enter(): void {
  session?.close();
  history.replaceState(null, "", `#${encodeURIComponent(space)}`);
  problem = "";
  stand({ state: "busy", text: "Connecting to the server …" });
  session = new Session({
    url: socketUrl(`/ws?space=${encodeURIComponent(space)}`),
    onBegin: (id) => {
      stand({ state: "in", text: space === "" ? "Connected" : `In ${space}`, selfId: id });
      note(`Session ${id}`, "good");
      if (role instanceof Watcher) role.seek();
    },
    onSignal: (signal, source) => role?.receive(signal, source),
    onError: (text, absent) => {
      note(`Server: ${text}`, "error");
      if (absent !== undefined) role?.absent(absent);
    },
    onWaiting: ({ code, reason, retryMs, retryNow }) => {
      const why = reason === "" ? "The server is out of reach" : inWords(reason);
      const next = { why, at: performance.now() + retryMs, retryNow };
      // The next session has another id.
      stand({ state: standing.state, text: standing.text, next });
      const told = [`${code} ${reason}`.trim(), (retryMs / 1000).toFixed(1)];
      note(`No connection to the server (${told[0]}); next try in ${told[1]} s`, "error");
    },
    onRefused: refuse,
  });
  void iceRenewal.ask();
  play();
}

function refuse(reason: string): void {
  iceRenewal.stop();
  role?.close();
  [session, role] = [undefined, undefined];
  choices++;
  show?.stop();
  [show, stream] = [undefined, undefined];
  problem = `Refused: ${inWords(reason)}`;
  stand({ state: "out", text: "Not connected" });
  note(problem, "error");
}

/** Takes the role that is right now: to broadcast what there is, or to watch. */
function play(): void {
  const before = role instanceof Broadcaster ? role.viewers : [];
  role?.close();
  role = undefined;
  [stream, viewers] = [show?.stream, 0];
  redraw();
  const { send } = session ?? {};
  if (send === undefined || (given === undefined && typedServers.length === 0)) return;
  const configuration = () =>
    typedServers.length > 0 ? { iceServers: [...typedServers] } : (given ?? {});
  const common = { configuration, send, log: note };
  if (show) {
    const onViewers = (count: number) => {
      viewers = count;
      redraw();
    };
    act("broadcasting");
    const broadcaster = new Broadcaster({ ...common, stream: show.stream, onViewers });
    // Who watched what was shown before need not find out that it has ended.
    for (const id of before) broadcaster.offer(id);
    role = broadcaster;
  } else {
    act("seeking");
    const onStream = (shown: MediaStream) => {
      stream = shown;
      redraw();
    };
    role = new Watcher({ ...common, onState: act, onStream });
    role.seek();
  }
}

async function toggle(source: Source): Promise<void> {
  const choice = ++choices;
  notice = "";
  redraw();
  const opened = show?.source === source ? undefined : await open(source);
  const isLate = choice !== choices;
  if (typeof opened === "string") {
    // What is broadcast goes on.
    if (!isLate) notice = opened;
    return redraw();
  }
  if (isLate) return opened?.stop();
  show?.stop();
  show = opened;
  play();
}

/** @returns what to broadcast; or why there is none, in words for the user */
async function open(source: Source): Promise<Show | string> {
  if (source === "canvas") return { source, ...startDrawing() };
  const answer = await openCamera();
  if ("refusal" in answer) return `${answer.refusal} A drawing needs none.`;
  const opened = answer.stream;
  const stop = () => {
    for (const track of opened.getTracks()) track.stop();
  };
  // Unplugged, or taken back in the browser's own controls.
  for (const track of opened.getTracks())
    track.addEventListener("ended", () => {
      if (show?.stream === opened) toggle(source);
    });
  return { source, stream: opened, stop };
}

function setIceServers(text: string): void {
  try {
    typedServers = parseIceServers(text);
    notice = "";
    play();
  } catch (error) {
    notice = error instanceof Error ? error.message : String(error);
    redraw();
  }
}

function act(next: Activity): void {
  activity = next;
  redraw();
}

function stand(next: PageStanding): void {
  standing = next;
  redraw();
}

function note(text: string, tone?: Tone): void {
  log.note(text, tone);
  redraw();
}

function draw(): void {
  render(
    <StreamPage
      {...{ space, standing, problem, notice, activity, stream, viewers, log }}
      source={show?.source}
      setSpace={(chosen) => {
        space = chosen;
        enter();
      }}
      setIceServers={setIceServers}
      toggle={(source) => void toggle(source)}
    />,
    pageMain(),
  );
}
