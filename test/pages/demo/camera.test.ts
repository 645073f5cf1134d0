// The camera that a browser gives, or does not.

import { expect, test } from "bun:test";
import { openCamera } from "../../../src/pages/demo/camera.ts";

test("with a camera that is denied, and no microphone, the user reads that it was denied", async () => {
  const errors = ["NotFoundError", "NotAllowedError"];
  const getUserMedia = async () => {
    throw new DOMException("", errors.shift());
  };
  Object.defineProperty(navigator, "mediaDevices", { value: { getUserMedia }, configurable: true });
  try {
    expect(await openCamera()).toEqual({
      refusal: "The camera stays off, as you or your browser decided.",
    });
  } finally {
    Reflect.deleteProperty(navigator, "mediaDevices");
  }
});
