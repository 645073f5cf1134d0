// What is known of another node in one topic that both have open.

export interface RemoteNode {
  /** The serial of its last batch on the topic's channel. */
  last: number;
  epoch: number;
  /** Batches may be missing. Until the node has answered, its changes of members are ignored. */
  isStale: boolean;
  /** When it was last asked, by the cluster's clock. */
  askedAt: number;
}

/** Nothing yet: it has to be asked. */
export const unheard = (): RemoteNode => ({
  last: 0,
  epoch: 0,
  isStale: true,
  askedAt: Number.NEGATIVE_INFINITY,
});
