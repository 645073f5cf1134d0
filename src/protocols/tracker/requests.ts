// What clients of WebTorrent trackers write: text in, a request out, or the failure that it is answered with.

import { outline, rawMembers, stringOf } from "../json/raw-members.ts";
import { rawObjects } from "../json/raw-objects.ts";
import { isDeep } from "../json/valid.ts";
import { type Binary, binaryOf, isBinary } from "./binary.ts";
import {
  type AnswerToOffer,
  type FromMember,
  failure,
  maxScraped,
  type Offer,
  reasons,
} from "./frames.ts";

const message = outline(
  "action",
  "info_hash",
  "peer_id",
  "offers",
  "event",
  "left",
  "answer",
  "to_peer_id",
  "offer_id",
);

const offer = outline("offer", "offer_id");

/** Offers of one announce that are passed on, the first ones: as many as bittorrent-tracker's server passes on. */
export const maxOffers = 82;

/** Characters of an unknown action that its sender reads again. */
const maxEchoed = 100;

/** What a client asks for, or the frame that says what is wrong with it. */
export type TrackerRequest = Announce | AnswerRequest | Scrape | Wrong;

/** What a client has said of itself, and may say again: as it spells, and as it was written. */
export interface Latest {
  readonly swarm: string;
  readonly rawSwarm: string;
  readonly peer: string;
  readonly rawPeer: string;
}

export interface Announce extends FromMember {
  readonly kind: "announce";
  /** `other`: nothing but that the client is there. */
  readonly event: "completed" | "stopped" | "other";
  /** Whether the client says that it has everything. */
  readonly isComplete: boolean;
  readonly offers: readonly Offer[];
}

export interface AnswerRequest extends AnswerToOffer {
  readonly kind: "answer";
  readonly to: string;
}

export interface Scrape {
  readonly kind: "scrape";
  readonly swarms: readonly string[];
}

interface Wrong {
  readonly kind: "wrong";
  readonly failure: string;
}

/** @param latest what the client may say again */
export function parse(text: string, latest?: Latest): TrackerRequest {
  const members = rawMembers(text, message);
  if (members === undefined) return wrong("announce", reasons.notJson);
  const [action = "undefined", swarm] = members;
  const spelled = stringOf(action) ?? action;
  switch (spelled) {
    case "announce":
      return parseFromMember(members, latest);
    case "scrape":
      return parseScrape(swarm);
    default: {
      const echoed = spelled.slice(0, maxEchoed);
      return wrong("announce", `invalid action in WS request: ${echoed}`, binaryOf(swarm));
    }
  }
}

function parseFromMember(
  members: readonly (string | undefined)[],
  latest: Latest | undefined,
): TrackerRequest {
  const [, rawSwarm, rawPeer, rawOffers, rawEvent, left, answer, to, offerId] = members;
  const swarm = binaryOf(rawSwarm, latest?.rawSwarm, latest?.swarm);
  if (swarm === undefined) return wrong("announce", reasons.swarm);
  const peer = binaryOf(rawPeer, latest?.rawPeer, latest?.peer);
  if (peer === undefined) return wrong("announce", reasons.peer, swarm);
  if (answer !== undefined && !falsy.has(answer)) {
    const receiver = binaryOf(to);
    return receiver === undefined
      ? wrong("announce", reasons.to, swarm)
      : { kind: "answer", swarm, peer, to: receiver.text, answer, offerId };
  }
  const event = eventOf(rawEvent);
  if (event === undefined) return wrong("announce", reasons.event, swarm);
  const offers = offersOf(rawOffers);
  if (offers === undefined) return wrong("announce", reasons.offers, swarm);
  const isComplete = event === "completed" || isZero(left);
  return { kind: "announce", swarm, peer, event, isComplete, offers };
}

function parseScrape(raw: string | undefined): TrackerRequest {
  if (raw !== undefined && isDeep(raw)) return wrong("scrape", reasons.scrape);
  const named: unknown = raw === undefined ? [] : JSON.parse(raw);
  const texts: readonly unknown[] = Array.isArray(named) ? named : [named];
  if (named === null || texts.length === 0 || texts.length > maxScraped)
    return wrong("scrape", reasons.scrape);
  const swarms = texts.filter((text) => typeof text === "string").filter(isBinary);
  return swarms.length === texts.length
    ? { kind: "scrape", swarms: [...new Set(swarms)] }
    : wrong("scrape", reasons.swarm);
}

/** An answer that is none of these is one. */
const falsy: ReadonlySet<string> = new Set(["null", "false", "0", '""']);

const events: ReadonlyMap<string | undefined, Announce["event"]> = new Map([
  ["", "other"],
  ["empty", "other"],
  ["update", "other"],
  ["started", "other"],
  ["paused", "other"],
  ["completed", "completed"],
  ["stopped", "stopped"],
]);

const eventOf = (raw = "null"): Announce["event"] | undefined =>
  raw === "null" ? "other" : events.get(stringOf(raw));

function offersOf(raw: string | undefined): readonly Offer[] | undefined {
  if (raw === undefined || raw === "null" || raw === "[]") return [];
  const objects = rawObjects(raw, offer, maxOffers);
  if (objects === undefined) return undefined;
  const offers: Offer[] = [];
  for (const [sdp, id] of objects) if (sdp !== undefined) offers.push({ offer: sdp, id });
  return offers.length === objects.length ? offers : undefined;
}

/** Also if it is a number in quotes, as with bittorrent-tracker's server. */
const isZero = (left: string | undefined): boolean =>
  left !== undefined && Number(stringOf(left) ?? left) === 0;

const wrong = (action: "announce" | "scrape", reason: string, swarm?: Binary): Wrong => ({
  kind: "wrong",
  failure: failure(action, reason, swarm?.raw),
});
