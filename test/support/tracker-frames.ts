// What clients of trackers write and read, for tests: names stand for binary strings.

/** A name as 20 bytes. */
export const binary = (name: string): string => name.padEnd(20, ".");

/** Fields of a message beside those that are always there. */
export type Fields = Readonly<Record<string, unknown>>;

export const announce = (swarm: string, peer: string, fields: Fields = {}) => ({
  action: "announce",
  info_hash: binary(swarm),
  peer_id: binary(peer),
  ...fields,
});

export const answer = (swarm: string, peer: string, to: string, fields: Fields = {}) =>
  announce(swarm, peer, {
    to_peer_id: binary(to),
    answer: { type: "answer", sdp: `${peer} to ${to}` },
    offer_id: "1",
    ...fields,
  });

/** So many offers, each unlike the others. */
export const offers = (count: number, from = "offer") =>
  Array.from({ length: count }, (_, index) => ({
    offer: { type: "offer", sdp: `${from} ${index}` },
    offer_id: `${index}`,
  }));

/** What the server says to an announce. */
export const announced = (swarm: string, complete: number, incomplete: number) => ({
  complete,
  incomplete,
  action: "announce",
  interval: 120,
  info_hash: binary(swarm),
});

/** What it says to a scrape. */
export const scraped = (files: Readonly<Record<string, readonly [number, number]>>) => ({
  action: "scrape",
  files: Object.fromEntries(
    Object.entries(files).map(([swarm, [complete, incomplete]]) => [
      binary(swarm),
      { complete, incomplete, downloaded: complete },
    ]),
  ),
  flags: { min_request_interval: 120 },
});

export const failed = (reason: string, swarm?: string) => ({
  action: "announce",
  "failure reason": reason,
  ...(swarm !== undefined && { info_hash: binary(swarm) }),
});
