// The user's camera and microphone, and why they may not be had.

/** A stream, or the reason why there is none, in words for the user. */
export type CameraAnswer = { readonly stream: MediaStream } | { readonly refusal: string };

/** Asks the user, through the browser. A device without microphone shares its picture alone. */
export async function openCamera(): Promise<CameraAnswer> {
  // Undefined on pages that came over plain http from another machine.
  const devices: MediaDevices | undefined = navigator.mediaDevices;
  if (!devices) {
    return { refusal: "Browsers lend the camera only to pages from https or localhost." };
  }
  try {
    return { stream: await devices.getUserMedia({ video: true, audio: true }) };
  } catch (error) {
    if (!isNamed(error, "NotFoundError")) return { refusal: refusalFor(error) };
  }
  try {
    return { stream: await devices.getUserMedia({ video: true }) };
  } catch (error) {
    return { refusal: refusalFor(error) };
  }
}

function refusalFor(error: unknown): string {
  if (isNamed(error, "NotAllowedError")) {
    return "The camera stays off, as you or your browser decided.";
  }
  if (isNamed(error, "NotFoundError")) return "There is no camera here.";
  return "The camera did not start; perhaps another program uses it.";
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof DOMException && error.name === name;
}
