// The page of a stream: the space, how the page stands with the server, and the picture.

import { Field } from "../../pieces/field.tsx";
import type { LineLog } from "../../pieces/log.ts";
import { type PageStanding, StandingLine } from "../../pieces/standing.tsx";
import { Video } from "../../pieces/video.tsx";
import { Happenings } from "../happenings.tsx";
import { IceField } from "../ice-field.tsx";
import { Link } from "../link.tsx";
import type { WatchState } from "./watcher.ts";

/** What is broadcast. */
export type Source = "canvas" | "camera";

/** What the page is doing, for people, styles and tests. */
export type Activity = WatchState | "broadcasting";

const captions: Readonly<Record<Activity, string>> = {
  seeking: "Nobody broadcasts here yet; seeking on …",
  joining: "Somebody broadcasts; connecting …",
  playing: "Watching",
  broadcasting: "Broadcasting; keep this tab in front",
};

const names: Readonly<Record<Source, string>> = {
  canvas: "Broadcast a drawing",
  camera: "Broadcast the camera",
};

interface StreamPageProps {
  readonly space: string;
  readonly standing: PageStanding;
  readonly problem: string;
  readonly notice: string;
  readonly activity: Activity;
  readonly stream: MediaStream | undefined;
  readonly viewers: number;
  readonly log: LineLog;
  /** What is broadcast by this page: its button stops it. */
  readonly source: Source | undefined;
  readonly setSpace: (space: string) => void;
  readonly setIceServers: (text: string) => void;
  readonly toggle: (source: Source) => void;
}

export function StreamPage(props: StreamPageProps) {
  const { standing, problem } = props;
  return (
    <>
      <section class="card meet" aria-labelledby="meet">
        <h1 id="meet">One broadcasts, all watch</h1>
        <p>
          Open this link on other devices: they seek whoever broadcasts in this space, and each gets
          an offer of its own. The picture goes straight from one to the other.
        </p>
        <form class="fields" data-testid="fields" onSubmit={(event) => event.preventDefault()}>
          <Field
            label="Space"
            value={props.space}
            testId="space"
            set={props.setSpace}
            more={{ maxLength: 80 }}
          />
        </form>
        <Link link={location.href} />
        <IceField hint="If there are none here, the server's are used." set={props.setIceServers} />
        <StandingLine standing={standing} problem={problem} />
      </section>
      <Picture {...props} />
      <Happenings events={props.log} />
    </>
  );
}

function Picture({ standing, notice, activity, stream, viewers, source, toggle }: StreamPageProps) {
  const isOut = standing.state === "out";
  // The last picture of a stream that is lost says nothing.
  const isShown = activity === "playing" || activity === "broadcasting";
  return (
    <section class="card broadcast" aria-labelledby="picture">
      <h2 id="picture">Picture</h2>
      <div class="stage" data-testid="stage" data-activity={isOut ? undefined : activity}>
        {isShown && stream !== undefined && (
          // Silent at first, as browsers refuse sound on a page that nobody has touched.
          <Video
            stream={stream}
            label="What is broadcast"
            testId="video"
            isSilent
            hasControls={activity === "playing"}
          />
        )}
      </div>
      <p class="status">
        <span role="status" data-testid="activity">
          {isOut ? "" : captions[activity]}
        </span>
        <span data-testid="viewers">
          {activity === "broadcasting" ? `${viewers} watching` : ""}
        </span>
      </p>
      <div class="fields">
        {(["canvas", "camera"] as const).map((each) => (
          <button
            key={each}
            type="button"
            aria-pressed={source === each}
            disabled={isOut}
            data-testid={`broadcast-${each}`}
            onClick={() => toggle(each)}
          >
            {source === each ? "Stop" : names[each]}
          </button>
        ))}
      </div>
      <p class="notice" role="status" data-testid="notice">
        {notice}
      </p>
    </section>
  );
}
