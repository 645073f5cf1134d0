// A stream that plays.

import { useLayoutEffect, useRef } from "preact/hooks";

interface VideoProps {
  readonly stream: MediaStream;
  readonly label: string;
  readonly testId: string;
  /** Without sound: one's own, or on a page that nobody has touched. */
  readonly isSilent?: boolean;
  readonly hasControls?: boolean;
}

export function Video({
  stream,
  label,
  testId,
  isSilent = false,
  hasControls = false,
}: VideoProps) {
  const video = useRef<HTMLVideoElement>(null);

  useLayoutEffect(() => {
    const { current } = video;
    if (current === null || current.srcObject === stream) return;
    current.muted = isSilent;
    current.srcObject = stream;
    play(current);
  }, [stream, isSilent]);

  return (
    // biome-ignore lint/a11y/useMediaCaption: what is live has no captions
    <video ref={video} aria-label={label} playsInline controls={hasControls} data-testid={testId} />
  );
}

/** Browsers may refuse sound on a page that nobody touched yet: then silent, with controls. */
function play(video: HTMLVideoElement): void {
  video.play().catch((error: unknown) => {
    if (!(error instanceof DOMException) || error.name !== "NotAllowedError") return; // Another stream, or none any more.
    video.muted = true;
    video.controls = true;
    video.play().catch(() => undefined);
  });
}
