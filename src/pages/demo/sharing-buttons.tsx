// The buttons for what the user shares. Who is in no room has nobody to share with.

import type { Meeting } from "./meeting.ts";

export function SharingButtons({ meeting }: { readonly meeting: Meeting }) {
  const { sharing, isIn } = meeting;
  const { camera, screen, isMuted, isDark } = sharing;
  return (
    <span class="buttons">
      {sharing.hasSound && (
        <Toggle
          label={isMuted ? "Unmute" : "Mute"}
          isOn={isMuted}
          testId="mute"
          press={() => sharing.toggleSound()}
        />
      )}
      {sharing.hasPicture && (
        <Toggle
          label={isDark ? "Camera on" : "Camera off"}
          isOn={isDark}
          testId="camera-off"
          press={() => sharing.togglePicture()}
        />
      )}
      <Toggle
        label={camera === undefined ? "Share camera" : "Stop camera"}
        isOn={camera !== undefined}
        testId="share-camera"
        isAllowed={isIn}
        press={() => void meeting.share("camera")}
      />
      <Toggle
        label={screen === undefined ? "Share screen" : "Stop screen"}
        isOn={screen !== undefined}
        testId="share-screen"
        isAllowed={isIn}
        press={() => void meeting.share("screen")}
      />
    </span>
  );
}

interface ToggleProps {
  readonly label: string;
  readonly isOn: boolean;
  readonly testId: string;
  readonly isAllowed?: boolean;
  readonly press: () => void;
}

function Toggle({ label, isOn, testId, isAllowed = true, press }: ToggleProps) {
  return (
    <button
      type="button"
      aria-pressed={isOn}
      disabled={!isAllowed}
      data-testid={testId}
      onClick={press}
    >
      {label}
    </button>
  );
}
