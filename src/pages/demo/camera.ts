// The user's camera and microphone, and screen, and why they may not be had.

/** A stream, or the reason why there is none, in words for the user. */
export type Captured = { readonly stream: MediaStream } | { readonly refusal: string };

/** What is asked for, until a device has it: there may be no microphone, or no camera. */
const wishes = [{ video: true, audio: true }, { video: true }, { audio: true }] as const;

/** Asks the user, through the browser. */
export async function openCamera(): Promise<Captured> {
  // Undefined on pages that came over plain http from another machine.
  const devices: MediaDevices | undefined = navigator.mediaDevices;
  if (!devices)
    return { refusal: "Browsers lend the camera only to pages from https or localhost." };
  let refusal = "";
  for (const wish of wishes)
    try {
      return { stream: await devices.getUserMedia(wish) };
    } catch (error) {
      refusal = cameraRefusal(error);
      if (!isNamed(error, "NotFoundError")) return { refusal };
    }
  return { refusal };
}

/** Asks the user for a screen, a window or a tab. */
export async function openScreen(): Promise<Captured> {
  const devices: MediaDevices | undefined = navigator.mediaDevices;
  if (!devices)
    return { refusal: "Browsers lend the screen only to pages from https or localhost." };
  // Browsers of phones have no such function.
  if (!("getDisplayMedia" in devices)) return { refusal: "This browser shares no screens." };
  try {
    return { stream: await devices.getDisplayMedia({ video: true, audio: true }) };
  } catch (error) {
    return {
      refusal: isNamed(error, "NotAllowedError")
        ? "The screen is not shared, as you or your browser decided."
        : "The screen could not be shared.",
    };
  }
}

function cameraRefusal(error: unknown): string {
  if (isNamed(error, "NotAllowedError"))
    return "The camera stays off, as you or your browser decided.";
  if (isNamed(error, "NotFoundError")) return "There is no camera and no microphone here.";
  return "The camera did not start; perhaps another program uses it.";
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof DOMException && error.name === name;
}
