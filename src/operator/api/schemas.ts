// What the admin API answers with, as JSON schemas.

import { maxPageItems } from "./questions.ts";

export type Schema = Readonly<Record<string, unknown>>;

export const text: Schema = { type: "string" };
export const count: Schema = { type: "integer", minimum: 0 };
const seconds: Schema = { type: "number", minimum: 0 };
export const flag: Schema = { type: "boolean" };

/** @param optional names of properties that may be absent */
export const object = (
  properties: Readonly<Record<string, Schema>>,
  ...optional: string[]
): Schema => ({
  type: "object",
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
});

export const list = (items: Schema): Schema => ({ type: "array", items });

/** Nodes that have not answered in time. */
export const missing = list(text);
export const figures = {
  connections: count,
  topics: count,
  members: count,
  slowPeers: count,
  awayPeers: count,
  framesReceived: count,
  framesSent: count,
  bytesReceived: count,
  bytesSent: count,
  relaysDelivered: count,
  relaysDropped: count,
  relaysAbsent: count,
  relaysForbidden: count,
};
export const counts = { type: "object", additionalProperties: count };
export const node = object({
  id: text,
  version: text,
  host: text,
  startedAt: { type: "number", description: "seconds since 1970" },
  isReady: flag,
  connections: count,
  topics: count,
  slowPeers: count,
});
export const connectionFields = {
  id: text,
  node: text,
  protocol: text,
  user: text,
  silentSeconds: seconds,
  slowSeconds: seconds,
  queuedFrames: count,
  queuedBytes: count,
};
export const connection = object(connectionFields, "user", "slowSeconds");
export const topic = object({ protocol: text, name: text, members: count });
export const member = object({ id: text, connection: text, user: text }, "user");
export const closed = object({ closed: count, missing }, "missing");
export const closing = object(
  { code: { type: "integer", minimum: 4000, maximum: 4999 }, reason: text },
  "code",
  "reason",
);

export const page = { after: text, limit: { type: "integer", minimum: 1, maximum: maxPageItems } };
