// All commands, in the order in which the help lists them.

import { admin } from "./admin.ts";
import { bench, flooder, yardstick } from "./bench.ts";
import { check } from "./check.ts";
import type { Command } from "./command.ts";
import { config } from "./config.ts";
import { doctor } from "./doctor.ts";
import { healthcheck } from "./healthcheck.ts";
import { helpCommand } from "./help.ts";
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
  version,
  worker,
  yardstick,
  flooder,
];
