// Writes a log as the server does, for a test to read: of which level, and whether for a terminal.

import { openLog } from "../../src/observe/log.ts";

const [level = "info", reader] = process.argv.slice(2);
const { log, flush } = openLog(level, reader === "terminal");
log.debug({ detail: 1 }, "debugged");
log.warn({ reason: "line\nbreak" }, "warned");
log.info("informed");
await flush();
process.exit();
