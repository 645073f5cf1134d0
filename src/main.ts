// Which command was asked for: the one that the first word names, or else the default.

import { commands } from "./cli/commands.ts";
import { fail } from "./cli/exit.ts";
import { perform } from "./cli/perform.ts";
import { serve } from "./cli/serve.ts";

const args = process.argv.slice(2);
const named = commands.find(({ name }) => name === args[0]);
await perform(named ?? serve, named === undefined ? args : args.slice(1), commands).catch(fail);
