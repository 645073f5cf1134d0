// Every attack, by name, in the order in which they are run if none is named. To add one, write its file and name it
// here.

import type { Attack } from "./attack.ts";
import { absent } from "./attacks/absent.ts";
import { bomb } from "./attacks/bomb.ts";
import { broadcast } from "./attacks/broadcast.ts";
import { burst } from "./attacks/burst.ts";
import { churn } from "./attacks/churn.ts";
import { configure } from "./attacks/configure.ts";
import { control } from "./attacks/control.ts";
import { drip, files } from "./attacks/drip.ts";
import { garbage } from "./attacks/garbage.ts";
import { http } from "./attacks/http.ts";
import { join } from "./attacks/join.ts";
import { ping } from "./attacks/ping.ts";
import { publish } from "./attacks/publish.ts";
import { stall } from "./attacks/stall.ts";
import { topics } from "./attacks/topics.ts";

export const attacks = {
  control,
  churn,
  join,
  bomb,
  broadcast,
  absent,
  http,
  garbage,
  stall,
  configure,
  publish,
  burst,
  topics,
  ping,
  drip,
  files,
} as const satisfies Readonly<Record<string, Attack>>;

export type AttackName = keyof typeof attacks;

export const attackNames: readonly AttackName[] = Object.keys(attacks).filter(isAttackName);

function isAttackName(name: string): name is AttackName {
  return Object.hasOwn(attacks, name);
}
