// What the members of a topic are told of each other.

/**
 * What is told of a member: one frame, several in their order, or nothing. One frame is about this member alone, and
 * is left out where later ones make it old, as in a large topic a member's joined when it has left before the others
 * were told. Several are always told, as they may show others too.
 */
export type Announced = string | readonly string[];

/** What can happen to a member that the others are told of. */
export type News = "joined" | "updated" | "left";

export const framesOf = (announced: Announced = []): readonly string[] =>
  typeof announced === "string" ? [announced] : announced;
