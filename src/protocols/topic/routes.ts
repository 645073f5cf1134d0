// The topic protocol at GET /ws/{topic}: the server's own. The browser and Go clients of the Go server lanscape
// work here unchanged. A client joins the topic in its address, is told who else is there, and sends offers,
// answers and candidates to one member at a time.

import * as v from "valibot";
import { type CloseReason, notJoined } from "../../core/close.ts";
import type { Hub } from "../../core/hub.ts";
import { newMemberId, type TopicName, topicName } from "../../core/ids.ts";
import { ownString } from "../../core/own-string.ts";
import type { Peer } from "../../core/peer.ts";
import { iceGrant } from "../../ice/grant.ts";
import { frameLimit as limitOf } from "../frame-limit.ts";
import type { Context, Conversation, Opening, Protocol, Service, Visit } from "../protocol.ts";
import { TopicConversation } from "./conversation.ts";
import { guide } from "./guide.ts";
import { IceRenewals } from "./ice-renewals.ts";
import { Stays } from "./stays.ts";
import type { Visitor } from "./visitor.ts";
import { entry, frames, iceMembers, isMetadata, type Metadata, maxMetadataBytes } from "./wire.ts";

function setUp(context: Context): Service {
  const hub: Hub<Metadata> = context.hub<Metadata>("topic", {
    info: v.optional(v.pipe(v.string(), v.check(isMetadata))),
    joined: frames.joined,
    left: frames.left,
    entry,
    snapshot: frames.peerList,
    rival: (member, rival) => stays.rival(member, rival),
  });
  const stays: Stays = new Stays(hub, context);
  const renewals = new IceRenewals(context.clock, (userId) =>
    iceGrant(context.settings, context.hostedIce, userId),
  );
  return {
    counts: () => ({ away: stays.away, resumes: stays.resumes }),
    routes: [
      {
        path: "/ws/:topic",
        access: "token-if-required",
        socket: (visit) => opening(hub, stays, renewals, visit),
      },
    ],
  };
}

function opening(
  hub: Hub<Metadata>,
  stays: Stays,
  renewals: IceRenewals,
  { url, params }: Visit,
): Opening | Response {
  const name = decodeTopic(params["topic"] ?? "");
  if (name === undefined) return refusal("the topic must be 1 to 255 bytes, percent-encoded");
  const given = url.searchParams.get("metadata") ?? undefined;
  if (given !== undefined && !isMetadata(given))
    return refusal(`metadata must be JSON of at most ${maxMetadataBytes} bytes`);
  const metadata = given === undefined ? undefined : ownString(given);
  const resume = url.searchParams.get("resume");
  const received = countOf(url.searchParams.get("received"));
  const wantsIce = url.searchParams.get("ice") === "true";
  return (peer, identity) => {
    const userId = identity?.userId;
    // The list that a client is shown must include the members on other nodes.
    const known = hub.warm(name);
    const begin = (): ReturnType<Opening> => {
      const ice = wantsIce ? renewals.first(userId) : undefined;
      const welcome = ice === undefined ? "" : iceMembers(ice);
      const visitor = { topic: name, info: metadata, userId, received, welcome };
      const begun =
        resume === null || !stays.isOn
          ? open(hub, peer, visitor)
          : stays.open(peer, { ...visitor, resume });
      return ice === undefined ? begun : renewals.during(begun, peer, userId, ice);
    };
    return known === undefined ? begin() : known.then(() => begin);
  };
}

/** @returns NaN for what is no whole number */
const countOf = (text: string | null): number =>
  text !== null && /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;

const refusal = (why: string): Response => new Response(`${why}\n`, { status: 400 });

function decodeTopic(segment: string): TopicName | undefined {
  try {
    return topicName(decodeURIComponent(segment));
  } catch {
    return undefined;
  }
}

function open(
  hub: Hub<Metadata>,
  peer: Peer,
  { topic: name, info, welcome }: Omit<Visitor, "resume">,
): Conversation | CloseReason {
  const id = newMemberId();
  const member = hub.join(peer, name, { id, info });
  if (typeof member === "string") return notJoined[member];
  peer.send(frames.welcome(id, welcome));
  peer.send(frames.peerList(member));
  return new TopicConversation(hub, member);
}

/** The limit that lanscape documents. */
const frameLimit = limitOf("topic", "a client of topics", 65_536);

export const topic: Protocol = {
  name: "topic",
  guide,
  options: [frameLimit.option],
  frameLimit,
  setUp,
};
