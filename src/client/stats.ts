// What a connection does at present, out of its `getStats`.

import type { PeerStats } from "./api.ts";

interface Entry {
  readonly type: string;
  readonly [name: string]: unknown;
}

export async function statsOf(connection: RTCPeerConnection): Promise<PeerStats> {
  const entries = await entriesOf(connection);
  const pair = selected(entries);
  const kinds = ["localCandidateId", "remoteCandidateId"].map(
    (side) => entries.find(({ id }) => id !== undefined && id === pair?.[side])?.["candidateType"],
  );
  const seconds = pair?.["currentRoundTripTime"];
  return {
    path: pair && (kinds.includes("relay") ? "relay" : "direct"),
    roundTripMs: typeof seconds === "number" ? seconds * 1000 : undefined,
    sentBytes: Number(pair?.["bytesSent"] ?? 0),
    receivedBytes: Number(pair?.["bytesReceived"] ?? 0),
  };
}

/** Whether this side is reached through a TURN server. */
export async function usesRelay(connection: RTCPeerConnection): Promise<boolean> {
  const entries = await entriesOf(connection);
  const local = selected(entries)?.["localCandidateId"];
  return entries.some(({ id, candidateType }) => id === local && candidateType === "relay");
}

async function entriesOf(connection: RTCPeerConnection): Promise<readonly Entry[]> {
  const report = await connection.getStats();
  const entries: Entry[] = [];
  report.forEach((entry) => {
    entries.push(entry);
  });
  return entries;
}

/** The transport names it; Firefox has no transports, and marks the pair. */
function selected(entries: readonly Entry[]): Entry | undefined {
  const transport = entries.find((entry) => entry["selectedCandidatePairId"] !== undefined);
  return entries.find(
    ({ type, id, ...pair }) =>
      type === "candidate-pair" &&
      (transport === undefined
        ? pair["selected"] === true || (pair["nominated"] === true && pair["state"] === "succeeded")
        : id === transport["selectedCandidatePairId"]),
  );
}
