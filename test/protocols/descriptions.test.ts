// What protocols say of themselves for programs.

import { describe, expect, test } from "bun:test";
import asyncapiSchema from "@asyncapi/specs/schemas/3.0.0.json";
import { Ajv } from "ajv";
import formats from "ajv-formats";
import { parse as ayame } from "../../src/protocols/ayame/wire.ts";
import { descriptions } from "../../src/protocols/descriptions.ts";
import { parse as gst } from "../../src/protocols/gst/wire.ts";
import { parse as matchbox } from "../../src/protocols/matchbox/wire.ts";
import { parse as nostr } from "../../src/protocols/nostr/wire.ts";
import { parse as peerjs } from "../../src/protocols/peerjs/wire.ts";
import { protocols } from "../../src/protocols/protocols.ts";
import { relayedWith, parse as room } from "../../src/protocols/room/wire.ts";
import { parse as rxdb } from "../../src/protocols/rxdb/wire.ts";
import { parse as topic } from "../../src/protocols/topic/wire.ts";
import { parse as tracker } from "../../src/protocols/tracker/requests.ts";
import { asyncapi } from "../support/asyncapi.ts";
import { fits } from "../support/described.ts";

test("every protocol has a description, with the address that people are shown", () => {
  const described = protocols.map(({ name, guide }) => [
    name,
    descriptions[name]?.addresses.includes(guide.path),
  ]);
  expect(described).toEqual(protocols.map(({ name }) => [name, true]));
  expect(Object.keys(descriptions).toSorted()).toEqual(
    protocols.map(({ name }) => name).toSorted(),
  );
});

const ajv = new Ajv({ strict: false, logger: false, meta: false, validateSchema: false });
formats(ajv);
const isAsyncapi = ajv.compile(asyncapiSchema);

/** What a protocol makes of a text that it cannot read. */
const unread: Readonly<Record<string, (text: string) => boolean>> = {
  topic: (text) => topic(text) === undefined,
  room: (text) => typeof room(text, relayedWith([])) === "string",
  peerjs: (text) => peerjs(text) === "malformed",
  nostr: (text) => nostr(text)?.type === undefined,
  tracker: (text) => tracker(text).kind === "wrong",
  rxdb: (text) => "code" in rxdb(text),
  ayame: (text) => "code" in ayame(text),
  gst: (text) => gst(text) === undefined,
  matchbox: (text) => text !== '"KeepAlive"' && matchbox(text) === undefined,
};

describe.each(Object.entries(descriptions))("the description of %s", (name, description) => {
  test("is AsyncAPI 3", () => {
    isAsyncapi(asyncapi(description));
    expect(isAsyncapi.errors ?? []).toEqual([]);
  });

  test("has examples that are as it says, and that the server can read", () => {
    const frames = Object.entries(description.frames);
    const wrong = frames.filter(([, { schema, example }]) => !fits(schema, example));
    expect(wrong).toEqual([]);
    const strange = frames.filter(
      ([, { from, example }]) => from !== "server" && unread[name]?.(example) === true,
    );
    expect(strange).toEqual([]);
  });
});
