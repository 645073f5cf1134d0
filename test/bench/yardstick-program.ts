// Stands in for the whole program: whatever the rest of the command line asks for, it serves the
// yardstick. Its first argument is a file that takes its process id.

import { appendFileSync } from "node:fs";
import { serveYardstick } from "../../src/bench/yardstick.ts";

const { port } = serveYardstick(0);
appendFileSync(process.argv[2] ?? "/dev/null", `${process.pid}\n`);
process.stdout.write(`yardstick listens at http://127.0.0.1:${port}\n`);
