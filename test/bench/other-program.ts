// Stands in for another server: it listens where the environment says, and says nothing of it.

import { serveYardstick } from "../../src/bench/yardstick.ts";

serveYardstick(Number(process.env["PORT"]));
