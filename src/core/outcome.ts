// What can become of a frame that is for one receiver.

/** `sent`: leaves by the end of this tick. `queued`: waits for a slow reader. `dropped`: no room. */
export type Delivery = "sent" | "queued" | "dropped";

/** What became of a relay. `absent`: nobody of that id is in the topic. */
export type Outcome = Delivery | "absent";

/** How a relay fails, at once or on its way to another node. */
export type FailedOutcome = Exclude<Outcome, "sent" | "queued">;

export const isFailed = (outcome: Outcome): outcome is FailedOutcome =>
  outcome === "dropped" || outcome === "absent";
