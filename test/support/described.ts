// Whether what is sent is in the description of its protocol.

import { Ajv, type ValidateFunction } from "ajv";
import type { CloseReason } from "../../src/core/close.ts";
import type { Description, FrameDescription } from "../../src/protocols/description.ts";
import { descriptions } from "../../src/protocols/descriptions.ts";
import { commonCloses } from "./asyncapi.ts";

const ajv = new Ajv({ strict: false });

const compiled = new Map<string, ValidateFunction>();

/** What the schemas of a protocol's frames allow together. */
function validator(protocol: string, who: "client" | "server"): ValidateFunction {
  const key = `${protocol} ${who}`;
  const known = compiled.get(key);
  if (known !== undefined) return known;
  const { frames } = descriptionOf(protocol);
  const schemas = Object.values(frames)
    .filter(({ from }: FrameDescription) => from === who || from === "both")
    .map(({ schema }) => schema);
  const made = ajv.compile({ anyOf: schemas });
  compiled.set(key, made);
  return made;
}

const byName: ReadonlyMap<string, Description> = new Map(Object.entries(descriptions));

/** trystero's relay is a part of y-webrtc's protocol. */
function descriptionOf(protocol: string) {
  const found = byName.get(protocol.replace(/,.*$/, ""));
  if (found === undefined) throw new Error(`${protocol} has no description`);
  return found;
}

/** @throws for a frame that the server sends, and that its protocol's description does not have */
export function mustBeDescribed(protocol: string, text: string): void {
  if (!validator(protocol, "server")(JSON.parse(text)))
    throw new Error(`${protocol} has no description of the frame ${text}`);
}

const isSame = (reason: string, described: string): boolean =>
  // Limits in texts are what the operator says.
  reason.replaceAll(/\d+/g, "0") === described.replaceAll(/\d+/g, "0");

/** The same for a close by the server. */
export function mustBeDescribedClose(
  protocol: string,
  { code, reason }: Pick<CloseReason, "code" | "reason">,
): void {
  const all = [...descriptionOf(protocol).closes, ...commonCloses];
  if (!all.some((each) => each.code === code && isSame(reason, each.reason)))
    throw new Error(`${protocol} has no description of the close ${code} ${reason}`);
}

export const fits = (schema: FrameDescription["schema"], example: string): boolean =>
  ajv.validate(schema, JSON.parse(example));
