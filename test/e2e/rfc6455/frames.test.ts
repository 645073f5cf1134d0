// Raw frames against the binary: each row of the tables is played with its bytes in one segment, frame by frame, and
// octet by octet, and the same must come of it.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { ServerProcess } from "../../support/server-process.ts";
import { freshTopic, heard, type Joined, joinTwo } from "../../support/topic-client.ts";
import { type Case, maxFrameBytes } from "./case.ts";
import { closing } from "./closing.ts";
import { control } from "./control.ts";
import { fragmentation } from "./fragmentation.ts";
import { framing } from "./framing.ts";
import { limits } from "./limits.ts";
import { due, Fence, type Heard, play, ways } from "./play.ts";
import { reserved } from "./reserved.ts";
import { utf8 } from "./utf8.ts";

const sections = [framing, control, reserved, fragmentation, utf8, closing, limits];

let server: Awaited<ReturnType<typeof ServerProcess.start>>;
let fence: Fence;
let bystanders: readonly [Joined, Joined];

beforeAll(async () => {
  // The fence sends more pings than one connection may.
  server = await ServerProcess.start(["--frames-per-second", "0"], {
    MAX_FRAME_BYTES: `${maxFrameBytes}`,
  });
  fence = await Fence.raise(server.url);
  bystanders = await joinTwo(server.url, freshTopic());
});

afterAll(() => server[Symbol.asyncDispose]());

/**
 * The end of a connection does not wait. What came before it in the same segment is handled, but its answer, which is
 * sent at the end of the tick, is too late.
 */
function asFarAsItGoes(each: Case, got: Heard): Heard {
  const { texts, ...rest } = due(each, got);
  return { ...rest, texts: each.end === undefined ? texts : texts.slice(0, got.texts.length) };
}

for (const { title, cases } of sections)
  describe(title, () => {
    test.concurrent.each(cases.map((each) => [each.what, each] as const))(
      "%s",
      async (_what, each) => {
        for (const [how, way] of Object.entries(ways)) {
          const got = await play(server.url, fence, way, each);
          const right = how === "in one segment" ? asFarAsItGoes(each, got) : due(each, got);
          expect([how, got]).toEqual([how, right]);
        }
      },
    );
  });

test("no two rows have the same name", () => {
  const names = sections.flatMap(({ cases }) => cases.map(({ what }) => what));
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

test("others on the server have noticed nothing of all that", async () => {
  for (const { socket } of bystanders) expect(await heard(socket)).toEqual([]);
  expect(server.log.filter(({ msg }) => msg.includes("fault"))).toEqual([]);
});
