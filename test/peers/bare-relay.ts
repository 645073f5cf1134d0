// The barest Bun relay, on the port in PORT. With `each` it sends each message as soon as it comes; otherwise it gathers
// what comes in one tick, as our server does.

import { serveYardstick } from "../../src/bench/yardstick.ts";

serveYardstick(Number(process.env["PORT"]), process.argv[2] !== "each");
