// Messages in several frames: RFC 6455, section 5.4, Autobahn's section 5.

import { closePayload, opcodes } from "../../support/raw-frame.ts";
import {
  binary,
  type Case,
  continuation,
  fragments,
  halves,
  hello,
  helloEcho,
  message,
  messageOf,
  partsOf,
  ping,
  pong,
  type Section,
  text,
} from "./case.ts";

const breach = 1002;

const whole = message('"Hello"');
const [first, second] = halves(whole, 9);
const [begin, end] = fragments([first, second]) as [Case["frames"][0], Case["frames"][0]];

const controls: readonly Case[] = [
  {
    what: "5.1 a ping in two frames",
    frames: [{ ...ping("x"), fin: false }, continuation("y")],
    end: breach,
  },
  {
    what: "5.2 a pong in two frames",
    frames: [{ ...pong("x"), fin: false }, continuation("y")],
    end: breach,
  },
  {
    what: "a close in two frames",
    frames: [{ opcode: opcodes.close, payload: closePayload(1000), fin: false }, continuation("y")],
    end: breach,
  },
  {
    what: "a ping in two frames within a message",
    frames: [begin, { ...ping("x"), fin: false }],
    end: breach,
  },
];

const cuts: readonly Case[] = [
  ...Array.from({ length: whole.length + 1 }, (_, at) => ({
    what: `5.3 a text in two frames, cut at byte ${at}`,
    frames: fragments(halves(whole, at)),
    texts: [helloEcho],
  })),
  ...[1, 2, 3, 7].map((bytes) => ({
    what: `a text in frames of ${bytes} bytes`,
    frames: fragments(partsOf(whole, bytes)),
    texts: [helloEcho],
  })),
  {
    what: "bytes in two frames",
    frames: fragments([first, second], opcodes.binary),
    texts: [helloEcho],
  },
  ...(
    [
      [1311, 1],
      [65_536, 125],
      [65_536, 126],
      [65_536, 1300],
      [65_536, 65_535],
    ] as const
  ).map(([length, bytes]) => ({
    what: `10.1 a text of ${length} bytes in frames of ${bytes}`,
    frames: fragments(partsOf(messageOf(length)[0], bytes)),
    texts: [messageOf(length)[1]],
  })),
];

const between: readonly Case[] = [
  {
    what: "5.6 a ping within a message",
    frames: [begin, ping("x"), end],
    texts: [helloEcho],
    pongs: ["x"],
  },
  { what: "a pong within a message", frames: [begin, pong("x"), end], texts: [helloEcho] },
  {
    what: "5.19 several pings in a message of five frames, two messages",
    frames: [1, 2].flatMap((turn) => {
      const [one, two, three, four, five] = fragments(partsOf(whole, 7));
      return [
        one!,
        two!,
        ping(`${turn}.1`),
        ping(`${turn}.2`),
        three!,
        four!,
        ping(`${turn}.3`),
        five!,
      ];
    }),
    texts: [helloEcho, helloEcho],
    pongs: ["1.1", "1.2", "1.3", "2.1", "2.2", "2.3"],
  },
  {
    what: "a ping of 125 bytes between all bytes of a message",
    frames: fragments(partsOf(whole, 1)).flatMap((frame) => [frame, ping("x".repeat(125))]),
    texts: [helloEcho],
    pongs: Array<string>(whole.length).fill("x".repeat(125)),
  },
];

const empty: readonly Case[] = [
  {
    what: "empty frames before, in and behind a message's parts",
    frames: fragments(["", first, "", "", second, ""]),
    texts: [helloEcho],
  },
  {
    what: "1000 empty frames in a message",
    frames: fragments([first, ...Array<string>(1000).fill(""), second]),
    texts: [helloEcho],
  },
];

const wrongs: readonly Case[] = [
  {
    what: "5.9 a continuation of nothing, and a text",
    frames: [continuation("x"), hello],
    end: breach,
  },
  {
    what: "5.12 a first part of a continuation of nothing, and a text",
    frames: [continuation("x", { fin: false }), hello],
    end: breach,
  },
  { what: "an empty continuation of nothing", frames: [continuation()], end: breach },
  {
    what: "5.15 a continuation of a message that is complete",
    frames: [begin, end, continuation("x", { fin: false }), hello],
    texts: [helloEcho],
    end: breach,
  },
  {
    what: "5.16 continuations and texts by turns",
    frames: [continuation("x", { fin: false }), hello, continuation("x", { fin: false }), hello],
    end: breach,
  },
  {
    what: "a continuation behind a ping",
    frames: [ping(), continuation("x")],
    pongs: [""],
    end: breach,
  },
  {
    what: "5.18 a text in two frames that both begin one",
    frames: [begin, text(second)],
    end: breach,
  },
  { what: "a beginning within a message", frames: [begin, begin, end], end: breach },
  { what: "bytes within a text", frames: [begin, binary(second)], end: breach },
  {
    what: "a text within bytes",
    frames: [{ ...begin, opcode: opcodes.binary }, text(second)],
    end: breach,
  },
  { what: "a message that is never finished", frames: [hello, begin], texts: [helloEcho] },
];

export const fragmentation: Section = {
  title: "messages in several frames (RFC 6455, 5.4; Autobahn 5 and 10)",
  cases: [...controls, ...cuts, ...between, ...empty, ...wrongs],
};
