// What protocols say of themselves for programs.

import { describe, expect, test } from "bun:test";
import asyncapiSchema from "@asyncapi/specs/schemas/3.0.0.json";
import { Ajv } from "ajv";
import formats from "ajv-formats";
import { parse as ayame } from "../../src/protocols/ayame/wire.ts";
import type { Description } from "../../src/protocols/description.ts";
import { descriptions } from "../../src/protocols/descriptions.ts";
import { parse as gst } from "../../src/protocols/gst/wire.ts";
import { parse as matchbox } from "../../src/protocols/matchbox/wire.ts";
import { parse as nostr } from "../../src/protocols/nostr/wire.ts";
import { parse as peerjs } from "../../src/protocols/peerjs/wire.ts";
import { protocols } from "../../src/protocols/protocols.ts";
import { relayedWith, parse as room } from "../../src/protocols/room/wire.ts";
import { parse as rxdb } from "../../src/protocols/rxdb/wire.ts";
import { signals } from "../../src/protocols/session/wire.ts";
import { parse as topic } from "../../src/protocols/topic/wire.ts";
import { parse as tracker } from "../../src/protocols/tracker/requests.ts";
import { asyncapi } from "../support/asyncapi.ts";
import { fits } from "../support/described.ts";

const described = Object.entries(descriptions) as [keyof typeof descriptions, Description][];

test("every protocol has a description, with the address that people are shown", () => {
  const paths = new Map<string, string>(protocols.map(({ name, guide }) => [name, guide.path]));
  expect(Object.keys(descriptions).toSorted()).toEqual([...paths.keys()].toSorted());
  for (const [name, { addresses }] of described) expect(addresses).toContain(paths.get(name)!);
});

const ajv = new Ajv({ strict: false, logger: false, meta: false, validateSchema: false });
formats(ajv);
const isAsyncapi = ajv.compile(asyncapiSchema);

/** These two read the type of a message by itself. */
const typeIn = (text: string): string => JSON.parse(text).type;

/** What a protocol makes of a text that it cannot read. */
const unread: Readonly<Record<keyof typeof descriptions, (text: string) => boolean>> = {
  topic: (text) => topic(text) === undefined,
  room: (text) => typeof room(text, relayedWith([])) === "string",
  "y-webrtc": (text) => !/^(?:publish|subscribe|unsubscribe|ping)$/.test(typeIn(text)),
  session: (text) =>
    !signals.has(typeIn(text)) && !/^(?:ping|status|configure)$/.test(typeIn(text)),
  peerjs: (text) => peerjs(text) === "malformed",
  nostr: (text) => nostr(text)?.type === undefined,
  tracker: (text) => tracker(text).kind === "wrong",
  rxdb: (text) => "code" in rxdb(text),
  ayame: (text) => "code" in ayame(text),
  gst: (text) => gst(text) === undefined,
  matchbox: (text) => text !== '"KeepAlive"' && matchbox(text) === undefined,
};

describe.each(described)("the description of %s", (name, description) => {
  test("is AsyncAPI 3", () => {
    isAsyncapi(asyncapi(description));
    expect(isAsyncapi.errors ?? []).toEqual([]);
  });

  test("has examples that are as it says, and that the server can read", () => {
    const frames = Object.entries(description.frames);
    const wrong = frames.filter(([, { schema, example }]) => !fits(schema, example));
    expect(wrong).toEqual([]);
    const strange = frames.filter(
      ([, { from, example }]) => from !== "server" && unread[name](example),
    );
    expect(strange).toEqual([]);
  });
});
