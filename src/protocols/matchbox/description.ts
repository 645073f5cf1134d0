// The frames of matchbox. The protocol has no errors, and no closes of its own.

import {
  any,
  type Description,
  exact,
  type FrameDescription,
  literal,
  open,
  text,
} from "../description.ts";
import type { frames } from "./wire.ts";

const [ann, bob] = ["00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"];

const fromServer = {
  idAssigned: {
    from: "server",
    about: "the first frame: who the client is",
    schema: exact({ IdAssigned: text }),
    example: `{"IdAssigned":"${ann}"}`,
  },
  newPeer: {
    from: "server",
    about: "somebody has come: the client makes the offer",
    schema: exact({ NewPeer: text }),
    example: `{"NewPeer":"${bob}"}`,
  },
  peerLeft: {
    from: "server",
    about: "somebody has gone",
    schema: exact({ PeerLeft: text }),
    example: `{"PeerLeft":"${bob}"}`,
  },
  signal: {
    from: "server",
    about: "from another peer; `data` is as it was written",
    schema: exact({ Signal: exact({ sender: text, data: any }) }),
    example: `{"Signal":{"sender":"${bob}","data":{"Offer":"v=0"}}}`,
  },
} satisfies Readonly<Record<keyof typeof frames, FrameDescription>>;

export const description: Description = {
  page: "matchbox",
  title: "Matchbox",
  addresses: ["/matchbox/{room}", "/matchbox"],
  parameters: { room: "at most 255 bytes, percent-encoded" },
  query: {
    next: "players of a group; if unset, all of the room are one",
    token: "a JSON Web Token, if the server asks for one",
  },
  frames: {
    ...fromServer,
    send: {
      from: "client",
      about: "to one peer",
      schema: open({ Signal: open({ receiver: text, data: any }) }),
      example: `{"Signal":{"receiver":"${bob}","data":{"Offer":"v=0"}}}`,
    },
    keepAlive: {
      from: "client",
      about: "a sign of life",
      schema: literal("KeepAlive"),
      example: '"KeepAlive"',
    },
  },
  errors: {},
  closes: [],
};
