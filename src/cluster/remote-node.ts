// What is known of another node in one topic that both have open.

export interface RemoteNode {
  /** The serial of its last batch on the topic's channel. */
  last: number;
  epoch: number;
  /** It owes an answer: all its members. */
  isStale: boolean;
  /** Batches may be missing. Until the node has answered, its changes of members are ignored. */
  hasGap: boolean;
  /** When it was last asked, by the cluster's clock. */
  askedAt: number;
}

/** What it has told is all there is. */
export const complete = { isStale: false, hasGap: false } as const satisfies Partial<RemoteNode>;
export const incomplete = { isStale: true, hasGap: true } as const satisfies Partial<RemoteNode>;

/** One that has said nothing yet. */
export const unheard = (): RemoteNode => ({
  ...incomplete,
  last: 0,
  epoch: 0,
  askedAt: Number.NEGATIVE_INFINITY,
});
