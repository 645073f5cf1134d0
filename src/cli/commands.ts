// All commands, in the order in which the help lists them.

import { admin } from "./admin.ts";
import { bench, flooder, yardstick } from "./bench.ts";
import { check } from "./check.ts";
import type { Command } from "./command.ts";
import { completion } from "./completion.ts";
import { config } from "./config.ts";
import { doctor } from "./doctor.ts";
import { healthcheck } from "./healthcheck.ts";
import { helpCommand } from "./help.ts";
import { man } from "./man.ts";
import { serve, worker } from "./serve.ts";
import { token } from "./token.ts";
import { version } from "./version.ts";

export const commands: readonly Command[] = [
  serve,
  check,
  config,
  token,
  healthcheck,
  admin,
  doctor,
  bench,
  helpCommand(() => commands),
  man(() => commands),
  completion(() => commands),
  version,
  worker,
  yardstick,
  flooder,
];
