// The frames and closes of RxDB's WebRTC replication.

import {
  any,
  type Description,
  exact,
  type FrameDescription,
  list,
  literal,
  open,
  text,
} from "../description.ts";
import { maxRooms } from "./options.ts";
import { closings, type frames, tooManyRooms } from "./wire.ts";

const signal = open({ type: literal("signal"), senderPeerId: text, receiverPeerId: text });
const example =
  '{"type":"signal","room":"my-room","senderPeerId":"aaaaaaaaaaaa","receiverPeerId":"bbbbbbbbbbbb","data":{"type":"offer","sdp":"v=0"}}';

/** `entry` is a part of `joined`. */
type Sent = Exclude<keyof typeof frames, "entry">;

const fromServer = {
  init: {
    from: "server",
    about: "the first frame: who the client is",
    schema: exact({ type: literal("init"), yourPeerId: text }),
    example: '{"type":"init","yourPeerId":"aaaaaaaaaaaa"}',
  },
  joined: {
    from: "server",
    about: "all members of a room, the client too: after each change",
    schema: exact({ type: literal("joined"), otherPeerIds: list(text) }),
    example: '{"type":"joined","otherPeerIds":["aaaaaaaaaaaa","bbbbbbbbbbbb"]}',
  },
} satisfies Readonly<Record<Sent, FrameDescription>>;

export const description: Description = {
  page: "rxdb",
  title: "RxDB",
  addresses: ["/rxdb"],
  parameters: {},
  query: { token: "a JSON Web Token, if the server asks for one" },
  frames: {
    ...fromServer,
    signal: {
      from: "both",
      about: "to one member; passes as it was written",
      schema: signal,
      example,
    },
    join: {
      from: "client",
      about: "joins a room of 6 to 99 characters",
      schema: open({ type: literal("join"), room: text }),
      example: '{"type":"join","room":"my-room"}',
    },
    ping: {
      from: "client",
      about: "a sign of life",
      schema: open({ type: literal("ping"), time: any }, "time"),
      example: '{"type":"ping"}',
    },
  },
  errors: {},
  closes: [
    ...Object.values(closings).filter((each) => each !== closings.roomFull),
    tooManyRooms(maxRooms.default),
  ],
};
