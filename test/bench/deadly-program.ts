// Stands in for the whole program: it serves the yardstick, and as the flooder it ends that server at once. Its first
// argument is a file that takes the server's process id.

import { readFileSync, writeFileSync } from "node:fs";
import { serveYardstick } from "../../src/bench/yardstick.ts";

const [pidFile = "", command] = process.argv.slice(2);

if (command === "flooder") {
  process.stdout.write("ready\n");
  for await (const order of process.stdin) {
    if (order.length > 0) process.kill(Number(readFileSync(pidFile, "utf8")), "SIGKILL");
  }
} else {
  const { port } = serveYardstick(0);
  writeFileSync(pidFile, `${process.pid}`);
  process.stdout.write(`yardstick listens at http://127.0.0.1:${port}\n`);
}
