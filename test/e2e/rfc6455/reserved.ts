// What is reserved for later: bits that no extension uses, as none is ever agreed on, and opcodes. RFC 6455, section
// 5.2, Autobahn's sections 3 and 4.

import { closePayload, type Outgoing, opcodes } from "../../support/raw-frame.ts";
import {
  binary,
  type Case,
  continuation,
  hello,
  helloEcho,
  message,
  ping,
  pong,
  type Section,
  text,
} from "./case.ts";

const breach = 1002;

const close: Outgoing = { opcode: opcodes.close, payload: closePayload(1000) };

const kinds: readonly (readonly [string, Outgoing])[] = [
  ["a text", hello],
  ["bytes", binary(message("1"))],
  ["a ping", ping("x")],
  ["a pong", pong("x")],
  ["a close", close],
];

/** Every value of the three bits but none of them. */
const bits = [1, 2, 3, 4, 5, 6, 7];

const reservedBits: readonly Case[] = bits.flatMap((reserved) => [
  ...kinds.map(([what, frame]) => ({
    what: `3. ${what} with the reserved bits ${reserved}`,
    frames: [{ ...frame, reserved }],
    end: breach,
  })),
  {
    what: `3. a last fragment with the reserved bits ${reserved}`,
    frames: [text("{", { fin: false }), continuation("}", { reserved })],
    end: breach,
  },
  {
    what: `3.2 a text, and then one with the reserved bits ${reserved}, and a ping`,
    frames: [hello, { ...hello, reserved }, ping()],
    texts: [helloEcho],
    end: breach,
  },
]);

const reservedOpcodes: readonly Case[] = [3, 4, 5, 6, 7, 11, 12, 13, 14, 15].flatMap((opcode) => [
  { what: `4. opcode ${opcode}`, frames: [{ opcode }], end: breach },
  {
    what: `4. opcode ${opcode} with a payload`,
    frames: [{ opcode, payload: message("1") }],
    end: breach,
  },
  {
    what: `4. opcode ${opcode} in fragments`,
    frames: [{ opcode, payload: "x", fin: false }, continuation("x")],
    end: breach,
  },
  {
    what: `4. opcode ${opcode} behind a text, and before a ping`,
    frames: [hello, { opcode }, ping()],
    texts: [helloEcho],
    end: breach,
  },
  {
    what: `4. opcode ${opcode} within a message`,
    frames: [text("{", { fin: false }), { opcode }, continuation("}")],
    end: breach,
  },
]);

export const reserved: Section = {
  title: "reserved bits and opcodes (RFC 6455, 5.2; Autobahn 3 and 4)",
  cases: [...reservedBits, ...reservedOpcodes],
};
