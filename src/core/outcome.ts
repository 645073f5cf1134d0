// What can become of a frame that is for one receiver.

/** `sent`: leaves by the end of this tick. `queued`: waits for a slow reader. `dropped`: no room. */
export type Delivery = "sent" | "queued" | "dropped";

/** What became of a relay on the receiver's node. `absent`: nobody of that id is in the topic. */
export type Arrival = Delivery | "absent";

/** What became of a relay. `forbidden`: the sender's token does not allow it; see `Rights`. */
export type Outcome = Arrival | "forbidden";

/** How a relay fails, at once or on its way to another node. */
export type FailedOutcome = Exclude<Outcome, "sent" | "queued">;

/** How a relay fails on its way to another node. */
export type LateFailure = Exclude<Arrival, "sent" | "queued">;

/** What became of a broadcast. Of those that do not read, nobody is told. */
export type BroadcastOutcome = "sent" | "forbidden";

export const isFailed = <Which extends Outcome>(
  outcome: Which,
): outcome is Exclude<Which, "sent" | "queued"> => outcome !== "sent" && outcome !== "queued";
