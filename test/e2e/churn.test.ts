// Sixty thousand joins and leaves: nothing of them stays.

import { expect, test } from "bun:test";
import { ServerProcess } from "../support/server-process.ts";

const visitsPerWave = 10_000;
const visitorsAtOnce = 250;
const waves = 6;

/**
 * Garbage that may wait to be collected: resident memory is a saw whose teeth were seen to be 40 MiB
 * high, with troughs that stayed where they were over 600,000 visits. A leak of 500 bytes shows.
 */
const garbageBytes = 48 * 1024 * 1024;

/** Joins a topic that three others share at the time, is told the peers, and leaves. */
function visit(url: URL, topic: number): Promise<void> {
  const socket = new WebSocket(`${url.href.replace("http", "ws")}ws/topic-${topic}`);
  return new Promise((resolve, reject) => {
    socket.onerror = () => reject(new Error("a visitor could not join"));
    socket.onmessage = ({ data }) => {
      if (data.startsWith('{"type":"peer-list"')) socket.close();
    };
    socket.onclose = () => resolve();
  });
}

async function wave(url: URL, first: number): Promise<void> {
  for (let done = 0; done < visitsPerWave; done += visitorsAtOnce) {
    const visits = Array.from({ length: visitorsAtOnce }, (_, index) =>
      visit(url, first + done + Math.floor(index / 4)),
    );
    await Promise.all(visits);
  }
}

test("memory stays where it was after 10,000 joins and leaves when 50,000 more follow", async () => {
  await using server = await ServerProcess.start([], {
    LOG_LEVEL: "info",
    CONNECTS_PER_SECOND: "0",
  });
  const resident: number[] = [];
  for (let index = 0; index < waves; index++) {
    await wave(server.url, index * visitsPerWave);
    resident.push(await server.residentBytes());
  }
  const [first = 0] = resident;
  expect(Math.max(...resident)).toBeLessThan(first + garbageBytes);
  expect(server.log.filter(({ msg }) => msg.includes("fault"))).toEqual([]);
}, 180_000);
