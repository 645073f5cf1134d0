// What the server writes to clients of WebTorrent trackers. What passes from one to another stays as its sender wrote
// it, binary strings too.

import type { Binary } from "./binary.ts";

/** Swarms in one scrape: as many as aquatic's server takes. */
export const maxScraped = 255;

/** In which swarm, and under which id. */
export interface FromMember {
  readonly swarm: Binary;
  readonly peer: Binary;
}

/** Of an announce: JSON as its sender wrote it. */
export interface Offer {
  readonly offer: string;
  readonly id: string | undefined;
}

/** Of an answer: JSON as its sender wrote it. */
export interface AnswerToOffer extends FromMember {
  readonly answer: string;
  readonly offerId: string | undefined;
}

/** How many members of a swarm have everything, and how many do not. */
export interface Counts {
  readonly complete: number;
  readonly incomplete: number;
}

/** What the server says of its own; each is a `failure reason`. */
export const reasons = {
  notJson: "not a JSON object",
  swarm: "invalid info_hash",
  peer: "invalid peer_id",
  to: "invalid `to_peer_id` (required with `answer`)",
  event: "invalid event",
  offers: "invalid offers",
  scrape: `name up to ${maxScraped} info_hashes`,
  taken: "peer_id in use by another connection",
  full: "swarm full",
  crowded: "too many swarms on this server",
  forbidden: "not allowed by the token",
  tooFast: "too many messages",
} as const;

/** Clients take a frame without an action for a broken tracker, and ignore one of another swarm. */
export const failure = (
  action: "announce" | "scrape",
  reason: string,
  rawSwarm?: string,
): string => {
  const swarm = rawSwarm === undefined ? "" : `,"info_hash":${rawSwarm}`;
  return `{"action":"${action}","failure reason":${JSON.stringify(reason)}${swarm}}`;
};

const withOfferId = (id: string | undefined): string =>
  id === undefined ? "" : `,"offer_id":${id}`;

export const frames = {
  announced: ({ complete, incomplete }: Counts, intervalSeconds: number, { raw }: Binary) =>
    `{"complete":${complete},"incomplete":${incomplete},"action":"announce","interval":${intervalSeconds},"info_hash":${raw}}`,

  offer: ({ offer, id }: Offer, { peer, swarm }: FromMember) =>
    `{"action":"announce","offer":${offer}${withOfferId(id)},"peer_id":${peer.raw},"info_hash":${swarm.raw}}`,

  answer: ({ answer, offerId, peer, swarm }: AnswerToOffer) =>
    `{"action":"announce","answer":${answer}${withOfferId(offerId)},"peer_id":${peer.raw},"info_hash":${swarm.raw}}`,

  scraped(files: ReadonlyMap<string, Counts>, intervalSeconds: number) {
    const entries = Array.from(
      files,
      ([swarm, { complete, incomplete }]) =>
        `${JSON.stringify(swarm)}:{"complete":${complete},"incomplete":${incomplete},"downloaded":${complete}}`,
    );
    return `{"action":"scrape","files":{${entries.join(",")}},"flags":{"min_request_interval":${intervalSeconds}}}`;
  },

  tooFast: failure("announce", reasons.tooFast),

  tooLarge: (maxBytes: number) => failure("announce", `message over ${maxBytes} bytes`),

  failed: (reason: string, { swarm }: FromMember) => failure("announce", reason, swarm.raw),
};
