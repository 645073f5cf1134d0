// The page of a room: which room, with which token, and how it stands with the server. The token is in its field and
// nowhere else on the page.

import { Field } from "../../pieces/field.tsx";
import { type PageStanding, StandingLine } from "../../pieces/standing.tsx";
import { Chat } from "../chat.tsx";
import { Happenings } from "../happenings.tsx";
import { Link } from "../link.tsx";
import type { Meeting } from "../meeting.ts";
import { People } from "../people.tsx";
import type { RoomAccess } from "./access.ts";

interface Fields {
  readonly room: string;
  readonly token: string;
}

interface RoomPageProps {
  readonly meeting: Meeting;
  readonly standing: PageStanding;
  /** `undefined` until the server has said it. */
  readonly access: RoomAccess | undefined;
  readonly fields: Fields;
  readonly set: (changed: Partial<Fields>) => void;
  readonly join: () => Promise<void>;
  /** Goes on with the token in the field. */
  readonly renew: () => Promise<void>;
  readonly leave: () => void;
}

export function RoomPage(props: RoomPageProps) {
  const { meeting, standing, access, fields, set } = props;
  const isOut = standing.state === "out";
  return (
    <>
      <section class="card meet" aria-labelledby="meet">
        <h1 id="meet">Meet in a room</h1>
        <Introduction access={access} />
        <form
          class="fields"
          data-testid="join-form"
          onSubmit={(event) => {
            event.preventDefault();
            void (isOut ? props.join() : props.renew());
          }}
        >
          <Field
            label="Room"
            value={fields.room}
            testId="room"
            set={(room) => set({ room })}
            more={{ required: true, readOnly: !isOut }}
          />
          <Field
            label="Token"
            value={fields.token}
            testId="token"
            set={(token) => set({ token: token.replaceAll(/\s/g, "") })}
            more={{ class: "secret" }}
          />
          <button type="submit" data-testid={isOut ? "join" : "renew"}>
            {isOut ? "Join" : "Renew"}
          </button>
          {!isOut && (
            <button type="button" data-testid="leave" onClick={props.leave}>
              Leave
            </button>
          )}
        </form>
        <Link link={location.href} />
        <StandingLine standing={standing} problem={meeting.problem} />
      </section>
      <People meeting={meeting} />
      <Chat meeting={meeting} />
      <Happenings events={meeting.events} />
    </>
  );
}

function Introduction({ access }: { readonly access: RoomAccess | undefined }) {
  if (access?.isDev === true)
    return (
      <p>
        Nobody gets into a room without a token. This server was started with <code>--dev</code>: it
        gives one to each tab
        {access.token === undefined ? " on its own machine. Open it at localhost." : "."}
      </p>
    );
  return (
    <p>
      Nobody gets into a room without a token. The owner of the server's key makes one for each
      person: <code>signalbox token --sub alice --ttl 1h</code>. Two tabs with tokens of one{" "}
      <code>sub</code> are one participant, and the later one takes the calls.
    </p>
  );
}
