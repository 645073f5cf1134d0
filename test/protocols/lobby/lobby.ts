// A protocol of the tests, written after src/protocols/README.md: GET /lobby/{room}?name=. Members see each
// other's names, and send JSON to one of them or to all.

import * as v from "valibot";
import { notJoined } from "../../../src/core/close.ts";
import type { Hub } from "../../../src/core/hub.ts";
import { newMemberId, type TopicName, topicName } from "../../../src/core/ids.ts";
import type { LocalMember, Member, Topic } from "../../../src/core/member.ts";
import type { FailedOutcome } from "../../../src/core/outcome.ts";
import type { Peer } from "../../../src/core/peer.ts";
import { outline, rawMembers, stringOf } from "../../../src/protocols/json/raw-members.ts";
import type { Context, Conversation, Protocol, Visit } from "../../../src/protocols/protocol.ts";

const message = outline("to", "data");
const entry = ({ id, info }: Member<string>): object => ({ id, name: info });
const here = ({ members }: Topic<string>): string =>
  JSON.stringify({ here: Array.from(members.values(), entry) });

class LobbyConversation implements Conversation {
  readonly #hub: Hub<string>;
  readonly #member: LocalMember<string>;
  constructor(hub: Hub<string>, member: LocalMember<string>) {
    this.#hub = hub;
    this.#member = member;
  }
  receive(text: string): void {
    const { id, peer, topic } = this.#member;
    const members = rawMembers(text, message);
    if (members === undefined)
      return peer.close({ name: "malformed", code: 1007, reason: "not a JSON object" });
    const [to, data = "null"] = members;
    const frame = `{"from":"${id}","data":${data}}`;
    if (to === undefined) {
      const outcome = this.#hub.broadcast(peer, topic, frame, this.#member);
      if (outcome === "forbidden") this.failed("everybody", outcome);
      return;
    }
    const target = stringOf(to) ?? "";
    this.#hub.relay(peer, topic, target, frame, target);
  }
  failed(to: string, why: FailedOutcome): void {
    this.#member.peer.send(JSON.stringify({ failed: to, why }));
  }
  closed(): void {
    this.#hub.leave(this.#member);
  }
}

function enter(hub: Hub<string>, peer: Peer, room: TopicName, name: string) {
  const member = hub.join(peer, room, { id: newMemberId(), info: name });
  if (typeof member === "string") return notJoined[member];
  peer.send(JSON.stringify({ you: member.id }));
  peer.send(here(member.topic));
  return new LobbyConversation(hub, member);
}

export const lobby: Protocol = {
  name: "lobby",
  guide: { title: "Lobby", path: "/lobby/{room}", about: "For tests.", snippets: [] },
  options: [],
  setUp({ hub: open }: Context) {
    const hub = open<string>("lobby", {
      info: v.pipe(v.string(), v.maxLength(50)),
      joined: (member) => JSON.stringify({ joined: entry(member) }),
      left: ({ id }) => JSON.stringify({ left: id }),
      snapshot: ({ topic }) => here(topic),
    });
    const socket = ({ url, params }: Visit) => {
      const room = topicName(params["room"] ?? "");
      const name = url.searchParams.get("name") ?? "";
      if (room === undefined || name.length > 50) return new Response("too long", { status: 400 });
      const begin = (peer: Peer) => enter(hub, peer, room, name);
      return (peer: Peer) => hub.warm(room)?.then(() => begin) ?? begin(peer);
    };
    return { routes: [{ path: "/lobby/:room", access: "token-if-required", socket }] };
  },
};
