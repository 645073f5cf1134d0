// What the members of a topic are told of each other.

/** One frame, or several in their order, or none. */
export type Announced = string | readonly string[];

/** What can happen to a member that the others are told of. */
export type News = "joined" | "updated" | "left";

export const framesOf = (announced: Announced = []): readonly string[] =>
  typeof announced === "string" ? [announced] : announced;
