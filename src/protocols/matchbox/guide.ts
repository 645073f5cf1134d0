// What the start page says of this protocol.

import type { Guide } from "../protocol.ts";

export const guide: Guide = {
  title: "Matchbox",
  path: "/matchbox/{room}",
  about:
    "For games in Rust, with Bevy or without: what matchbox_socket connects to. With ?next=2, players are " +
    "matched two by two.",
  snippets: [
    {
      client: "Rust",
      language: "rust",
      code: `use matchbox_socket::WebRtcSocket;

let (socket, driver) = WebRtcSocket::new_reliable("{ws}/matchbox/my-game?next=2");`,
    },
  ],
};
