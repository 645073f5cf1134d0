// The crowd in a process of its own: <address> <size> <seed>. It tells its parent once a second what it has done,
// leaves when it is told to, and then ends.

import { Crowd } from "./crowd.ts";

const [address = "", size = "", seed = ""] = process.argv.slice(2);
const crowd = new Crowd(new URL(address), Number(size), Number(seed));

const tell = (): void => void process.send?.(crowd.tally);
const timer = setInterval(tell, 1000);

process.on("message", () => {
  void crowd.leave();
});
let isDone = false;
// Before it is done, its parent has failed.
process.on("disconnect", () => process.exit(isDone ? 0 : 1));

await crowd.live();
await crowd.leave();
clearInterval(timer);
tell();
isDone = true;
process.disconnect?.();
