// Which way a connection's packets take: straight to the peer, or through a TURN server.

/** The candidate types say how each end is reached: host, srflx, prflx or relay. */
export interface Path {
  readonly kind: "direct" | "relayed";
  readonly local: string;
  readonly remote: string;
}

/** The fields used here of the statistics that browsers report, whatever their type. */
interface Stats {
  readonly type: string;
  readonly selectedCandidatePairId?: string;
  readonly selected?: boolean;
  readonly localCandidateId?: string;
  readonly remoteCandidateId?: string;
  readonly candidateType?: string;
}

/** The path in use, or undefined while there is none. */
export async function selectedPath(connection: RTCPeerConnection): Promise<Path | undefined> {
  const report: ReadonlyMap<string, Stats> = await connection.getStats();
  const pair = selectedPair(report);
  if (!pair) return undefined;

  const local = report.get(pair.localCandidateId ?? "")?.candidateType ?? "unknown";
  const remote = report.get(pair.remoteCandidateId ?? "")?.candidateType ?? "unknown";
  return { kind: local === "relay" || remote === "relay" ? "relayed" : "direct", local, remote };
}

function selectedPair(report: ReadonlyMap<string, Stats>): Stats | undefined {
  for (const stats of report.values()) {
    if (stats.type === "transport") return report.get(stats.selectedCandidatePairId ?? "");
    // Older Firefox has no transport entry, and marks the pair itself.
    if (stats.type === "candidate-pair" && stats.selected) return stats;
  }
  return undefined;
}
