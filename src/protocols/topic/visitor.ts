// A client that wants a membership to which it may come back.

import type { TopicName } from "../../core/ids.ts";
import type { Metadata } from "./wire.ts";

/** Who asks for a membership that may be resumed. */
export interface Visitor {
  readonly topic: TopicName;
  readonly info: Metadata;
  /** The `sub` of its token; `undefined` where none is required. */
  readonly userId: string | undefined;
  /** `new`, or the token of the membership that it wants back. */
  readonly resume: string;
  /** More members of its `welcome`, as `frames.welcome` has them. */
  readonly welcome: string;
  /** How many frames it has received of that one. */
  readonly received: number;
}
