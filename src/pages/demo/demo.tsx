// The demo of topics: joins the topic of the address bar by the client library.

import { render } from "preact";
import { join as joinTopic } from "../../client/client.ts";
import { Field } from "../pieces/field.tsx";
import { redrawing } from "../pieces/redrawing.ts";
import { StandingLine } from "../pieces/standing.tsx";
import { nameInAddress, pageMain } from "./address.ts";
import { Chat } from "./chat.tsx";
import { Happenings } from "./happenings.tsx";
import { IceField } from "./ice-field.tsx";
import { parseIceServers } from "./ice-servers.ts";
import { Link } from "./link.tsx";
import { Meeting } from "./meeting.ts";
import { randomName, randomTopic } from "./names.ts";
import { People } from "./people.tsx";

const meeting = new Meeting(redrawing(draw));
const fields = {
  topic: nameInAddress() || randomTopic(),
  name: typeof history.state?.name === "string" ? history.state.name : randomName(),
  iceServers: "",
};

join();

addEventListener("hashchange", () => {
  const topic = nameInAddress();
  if (topic === "" || topic === fields.topic) return;
  fields.topic = topic;
  join();
});

/** Joins the topic of the field, in place of the one before. */
function join(): void {
  const { topic, name } = fields;
  meeting.name = name;
  show();
  if (topic === "") return meeting.stop("A topic is needed to meet in.");
  try {
    const iceServers = parseIceServers(fields.iceServers);
    void meeting.enter(topic, (options) =>
      joinTopic(location.origin, topic, {
        ...options,
        metadata: { name },
        // If there are none, those of the server are used.
        ...(iceServers.length > 0 && { iceServers }),
      }),
    );
  } catch (error) {
    meeting.stop(error instanceof Error ? error.message : String(error));
  }
}

/** The history entry keeps the name over a reload, and the link is all one needs to join. */
function show(): void {
  history.replaceState({ name: fields.name }, "", `#${encodeURIComponent(fields.topic)}`);
  draw();
}

/** A field has changed: whoever has joined joins anew. */
function change(changed: Partial<typeof fields>): void {
  Object.assign(fields, changed);
  if (meeting.standing.state === "out") show();
  else join();
}

function draw(): void {
  render(<Calls />, pageMain());
}

function Calls() {
  const isOut = meeting.standing.state === "out";
  return (
    <>
      <section class="card meet" aria-labelledby="meet">
        <h1 id="meet">Meet here</h1>
        <p>
          Open this link on another device. The server introduces the two; from then on, everything
          goes straight between them.
        </p>
        <form
          class="fields"
          data-testid="join-form"
          onSubmit={(event) => {
            event.preventDefault();
            join();
          }}
        >
          <Field
            label="Topic"
            value={fields.topic}
            testId="topic"
            set={(topic) => change({ topic })}
            more={{ required: true, maxLength: 80 }}
          />
          <Field
            label="Your name"
            value={fields.name}
            testId="name"
            set={(name) => change({ name })}
            more={{ maxLength: 40, autocomplete: "nickname", autocapitalize: "words" }}
          />
          {/* Enter in a field presses the form's submit button, and must never mean Leave. */}
          <button
            type={isOut ? "submit" : "button"}
            data-testid="join"
            onClick={(event) => {
              if (isOut) return;
              event.preventDefault();
              meeting.leave();
            }}
          >
            {isOut ? "Join" : "Leave"}
          </button>
        </form>
        <Link link={location.href} />
        <IceField
          hint="If there are none here, the server's are used."
          set={(text) => change({ iceServers: text })}
        />
        <StandingLine standing={meeting.standing} problem={meeting.problem} />
      </section>
      <People meeting={meeting} />
      <Chat meeting={meeting} />
      <Happenings events={meeting.events} />
    </>
  );
}
