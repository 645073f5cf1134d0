// The frames and closes of Ayame. The protocol has no errors but `reject`.

import {
  any,
  type Description,
  exact,
  type FrameDescription,
  flag,
  list,
  literal,
  oneOf,
  open,
  text,
} from "../description.ts";
import { closings, type frames } from "./wire.ts";

const fromServer = {
  accept: {
    from: "server",
    about: "the client is in the room; `isExistClient`: somebody is there, and it makes the offer",
    schema: exact(
      {
        type: literal("accept"),
        connectionId: text,
        iceServers: list(open({ urls: any })),
        isExistClient: flag,
        isExistUser: flag,
      },
      "iceServers",
    ),
    example:
      '{"type":"accept","connectionId":"01JFXYZ0000000000000000000","isExistClient":true,"isExistUser":true}',
  },
  reject: {
    from: "server",
    about: "the room is full; then closed with 1000",
    schema: exact({ type: literal("reject"), reason: text }),
    example: '{"type":"reject","reason":"full"}',
  },
  bye: {
    from: "server",
    about: "the other one has left; then closed with 1000",
    schema: exact({ type: literal("bye") }),
    example: '{"type":"bye"}',
  },
  ping: {
    from: "server",
    about: "every five seconds",
    schema: exact({ type: literal("ping") }),
    example: '{"type":"ping"}',
  },
  pong: {
    from: "server",
    about: "the answer to a `ping` of the client",
    schema: exact({ type: literal("pong") }),
    example: '{"type":"pong"}',
  },
} satisfies Readonly<Record<keyof typeof frames, FrameDescription>>;

export const description: Description = {
  page: "ayame",
  title: "Ayame",
  addresses: ["/signaling"],
  parameters: {},
  query: { token: "a JSON Web Token, if the server asks for one" },
  frames: {
    ...fromServer,
    signal: {
      from: "both",
      about: "to the other one; passes as it was written",
      schema: open({ type: oneOf("offer", "answer", "candidate") }),
      example: '{"type":"offer","sdp":"v=0"}',
    },
    register: {
      from: "client",
      about: "first, once: enters a room of 1 to 255 bytes",
      schema: open(
        { type: literal("register"), roomId: text, clientId: text, standalone: flag },
        "clientId",
        "standalone",
      ),
      example: '{"type":"register","roomId":"my-room","clientId":"a"}',
    },
    sendPong: {
      from: "client",
      about: "the answer to `ping`; any message is a sign of life",
      schema: open({ type: literal("pong") }),
      example: '{"type":"pong"}',
    },
    sendPing: {
      from: "client",
      about: "is answered with `pong`",
      schema: open({ type: literal("ping") }),
      example: '{"type":"ping"}',
    },
    connected: {
      from: "client",
      about: "the call is there; with `standalone` it ends the room",
      schema: open({ type: literal("connected") }),
      example: '{"type":"connected"}',
    },
  },
  errors: {},
  closes: Object.values(closings),
};
