// What a full mesh costs at this server and at y-webrtc's own: `bun test/e2e/mesh-cost.ts` prints a table of
// what each delivers while n clients join one room.

import { playMesh } from "../support/mesh.ts";
import { ServerProcess } from "../support/server-process.ts";
import { ReferenceServer } from "../support/y-webrtc-client.ts";
import "../support/preload.ts";

const count = (figure: number): string => figure.toLocaleString("en");
const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1);

const rows = [
  ["n", "frames", "MiB", "frames, y-webrtc's own", "MiB, y-webrtc's own", "frames saved"],
  ["---:", "---:", "---:", "---:", "---:", "---:"],
];
await using ours = await ServerProcess.start();
await using reference = await ReferenceServer.start();
for (const size of [8, 16, 32, 50]) {
  const [here, there] = [await playMesh(ours.url, size), await playMesh(reference.url, size)];
  rows.push([
    `${size}`,
    count(here.frames),
    mebibytes(here.bytes),
    count(there.frames),
    mebibytes(there.bytes),
    `${(there.frames / here.frames).toFixed(1)} ×`,
  ]);
}
process.stdout.write(`${rows.map((cells) => `| ${cells.join(" | ")} |`).join("\n")}\n`);
