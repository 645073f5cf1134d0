// The frames, errors and closes of the PeerJS protocol.

import {
  any,
  type Description,
  type ErrorDescription,
  exact,
  type FrameDescription,
  literal,
  oneOf,
  open,
  text,
} from "../description.ts";
import { closings, type frames, type OpenRefusal, refusals } from "./wire.ts";

const when: Readonly<Record<OpenRefusal, string>> = {
  missing: "the address has no `id`, no `token` or no `key`",
  key: "`key` is not `--peerjs-key`",
  taken: "another client with another `token` has the id",
  full: "there are `--peerjs-concurrent-limit` clients",
  tooLong: "the id is longer than that",
};

const errors = Object.fromEntries(
  Object.entries(when).map(([why, when]): [string, ErrorDescription] => [
    refusals[why as OpenRefusal],
    { when: `${when}; then closed with ${closings[why as OpenRefusal].code}` },
  ]),
);

const said = exact({ msg: text });
const between = oneOf("OFFER", "ANSWER", "CANDIDATE", "LEAVE", "EXPIRE");

const fromServer = {
  open: {
    from: "server",
    about: "the first frame: the id is the client's",
    schema: exact({ type: literal("OPEN") }),
    example: '{"type":"OPEN"}',
  },
  refused: {
    from: "server",
    about: "why the client gets no id",
    schema: exact({ type: oneOf("ID-TAKEN", "ERROR"), payload: said }),
    example: '{"type":"ID-TAKEN","payload":{"msg":"ID is taken"}}',
  },
  tooLarge: {
    from: "server",
    about: "a message of the client is too large; then closed with 1009",
    schema: exact({ type: literal("ERROR"), payload: said }),
    example: '{"type":"ERROR","payload":{"msg":"Message is larger than 262144 bytes"}}',
  },
  message: {
    from: "server",
    about: "from another client; the payload is as it was written",
    schema: exact({ type: between, src: text, dst: text, payload: any }, "payload"),
    example: '{"type":"OFFER","src":"alice","dst":"bob","payload":{"type":"data"}}',
  },
  expired: {
    from: "server",
    about: "a message to `src` has waited too long, and will not arrive",
    schema: exact({ type: literal("EXPIRE"), src: text, dst: text }),
    example: '{"type":"EXPIRE","src":"bob","dst":"alice"}',
  },
} satisfies Readonly<Record<keyof typeof frames, FrameDescription>>;

export const description: Description = {
  page: "peerjs",
  title: "PeerJS",
  addresses: ["/peerjs"],
  parameters: {},
  query: {
    id: "the id that the client wants, at most 255 bytes",
    token: "by which the client can take its own id again",
    key: "`peerjs`, or `--peerjs-key`",
  },
  frames: {
    ...fromServer,
    send: {
      from: "client",
      about: "to the client `dst`; who is not there yet has it for some seconds",
      schema: open({ type: between, dst: text, payload: any }, "payload"),
      example: '{"type":"OFFER","dst":"bob","payload":{"type":"data"}}',
    },
    leave: {
      from: "client",
      about: "without `dst`: the client gives up its id",
      schema: open({ type: literal("LEAVE") }),
      example: '{"type":"LEAVE"}',
    },
    heartbeat: {
      from: "client",
      about: "a sign of life, like any other message",
      schema: open({ type: literal("HEARTBEAT") }),
      example: '{"type":"HEARTBEAT"}',
    },
  },
  errors,
  closes: Object.values(closings),
};
