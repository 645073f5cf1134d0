// Who is here: a tile for each, with the picture that it shares, and a wide one for each screen.

import { Video } from "../pieces/video.tsx";
import type { Guest } from "./guest.ts";
import type { Meeting } from "./meeting.ts";
import { SharingButtons } from "./sharing-buttons.tsx";

export function People({ meeting }: { readonly meeting: Meeting }) {
  const { guests, sharing } = meeting;
  const isDark = sharing.isDark || !sharing.hasPicture;
  const pictures = guests.filter(({ hasPicture }) => hasPicture).length + (isDark ? 0 : 1);
  return (
    <section class="card people" aria-labelledby="people">
      <div class="heading">
        <h2 id="people">People</h2>
        <SharingButtons meeting={meeting} />
      </div>
      <p class="notice" role="status" data-testid="notice">
        {meeting.notice}
      </p>
      {sharing.screen !== undefined && (
        <Screen stream={sharing.screen} label="Your screen" testId="self-screen" isSilent />
      )}
      {guests.map(
        ({ peer, name, screen }) =>
          screen !== undefined && (
            <Screen
              key={peer.id}
              stream={screen}
              label={`Screen of ${name}`}
              testId="peer-screen"
            />
          ),
      )}
      <ul
        data-testid="peers"
        data-columns={pictures === 0 ? undefined : columnsFor(guests.length + 1)}
      >
        <Self meeting={meeting} isDark={isDark} />
        {guests.map((guest) => (
          <PeerTile key={guest.peer.id} guest={guest} />
        ))}
      </ul>
    </section>
  );
}

/** With pictures, rows are filled: two in a row, three, or four as two times two. */
export const columnsFor = (tiles: number): number =>
  tiles <= 3 ? tiles : Math.min(4, Math.ceil(Math.sqrt(tiles)));

function Self({ meeting, isDark }: { readonly meeting: Meeting; readonly isDark: boolean }) {
  const { name, sharing } = meeting;
  return (
    <li class="peer self" data-speaking={meeting.isSpeaking}>
      <div class="stage">
        <Initial of={name} testId="self-initial" />
        {sharing.camera !== undefined && !isDark && (
          <Video stream={sharing.camera} label="Your camera" testId="self-video" isSilent />
        )}
      </div>
      <strong data-testid="self-name">{name === "" ? "You" : `${name} (you)`}</strong>
      {sharing.isMuted && <span class="muted">muted</span>}
    </li>
  );
}

function PeerTile({ guest }: { readonly guest: Guest }) {
  const { peer, name, step, path, camera, about } = guest;
  return (
    <li
      class="peer"
      data-testid="peer"
      data-peer-id={peer.id}
      data-state={step}
      data-path={step === "connected" ? path?.kind : undefined}
      data-speaking={guest.isSpeaking}
    >
      <div class="stage">
        <Initial of={name} testId="peer-initial" />
        {camera !== undefined && (
          <span class={guest.hasPicture ? "" : "unseen"}>
            <Video stream={camera} label={`Camera of ${name}`} testId="peer-video" />
          </span>
        )}
      </div>
      <strong data-testid="peer-name">{name}</strong>
      {about.isMuted && <span class="muted">muted</span>}
      <span class="step" data-testid="peer-step">
        {step === "connected" && path !== undefined ? `connected, ${path.kind}` : step}
      </span>
    </li>
  );
}

interface ScreenProps {
  readonly stream: MediaStream;
  readonly label: string;
  readonly testId: string;
  readonly isSilent?: boolean;
}

function Screen({ stream, label, testId, isSilent = false }: ScreenProps) {
  return (
    <figure class="screen">
      <Video {...{ stream, label, testId, isSilent }} />
      <figcaption>{label}</figcaption>
    </figure>
  );
}

/** The first letter of a name, as a person would count letters. */
function Initial({ of: name, testId }: { readonly of: string; readonly testId: string }) {
  return (
    <span class="initial" aria-hidden="true" data-testid={testId}>
      {[...name][0]?.toUpperCase() ?? ""}
    </span>
  );
}
