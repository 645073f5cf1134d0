import { describe, expect, test } from "bun:test";
import { channel, fakeRig, type Line, limitBytes, realRig } from "./transport-rigs.ts";

/** A frame of 60 kB that can be told from others. */
const large = (index: number): string => `${index} ${"x".repeat(60_000)}`;

/** Sends until no more is taken: what was, and how each send was answered, without repetitions. */
function fill({ socket }: Line) {
  const taken: string[] = [];
  const answers: number[] = [];
  for (let index = 0; answers.at(-1) !== 0; index++) {
    const answer = Math.sign(socket.sendText(large(index)));
    if (answer !== 0) taken.push(large(index));
    if (answers.at(-1) !== answer) answers.push(answer);
  }
  return { taken, answers };
}

describe.each([
  ["Bun's", realRig],
  ["the fake", fakeRig],
])("%s socket", (_name, open) => {
  test("tells what was taken, what waits, and what was not taken", async () => {
    await using rig = await open();
    const [line] = rig.lines;
    line.stall();
    const { taken, answers } = fill(line);
    const buffered = line.socket.getBufferedAmount();
    expect(answers).toEqual([1, -1, 0]);
    expect(buffered > limitBytes && buffered < limitBytes + 70_000).toBe(true);
    const received = await line.readUntil(taken.at(-1) ?? "");
    expect(received.map((text) => text.slice(0, 5))).toEqual(taken.map((text) => text.slice(0, 5)));
  });

  test("drains once, with nothing buffered, and takes frames again", async () => {
    await using rig = await open();
    const [line] = rig.lines;
    line.stall();
    const { taken } = fill(line);
    await line.readUntil(taken.at(-1) ?? "");
    await rig.turn();
    expect([line.events, line.socket.sendText("again")]).toEqual([
      ["drained: 0"],
      expect.any(Number),
    ]);
    expect(await line.readUntil("again")).toEqual(["again"]);
  });

  test("takes no empty frame", async () => {
    await using rig = await open();
    expect(rig.lines[0].socket.sendText("")).toBe(0);
  });

  test("keeps sends and publishes in the order of the program, and the sender out", async () => {
    await using rig = await open();
    const [one, other] = rig.lines;
    one.socket.sendText("1");
    other.socket.publishText(channel, "2");
    one.socket.sendText("3");
    rig.publish("4");
    one.socket.cork(() => one.socket.sendText("5"));
    rig.publish("6");
    one.socket.unsubscribe(channel);
    rig.publish("7");
    one.socket.sendText("end");
    other.socket.sendText("end");
    expect(await Promise.all([one, other].map((line) => line.readUntil("end")))).toEqual([
      ["1", "2", "3", "4", "5", "6", "end"],
      ["4", "6", "7", "end"],
    ]);
  });

  test("does not count what was published in this turn, and loses it beyond the limit", async () => {
    await using rig = await open();
    const [line] = rig.lines;
    line.stall();
    while (line.socket.sendText(large(0)) > 0);
    const before = line.socket.getBufferedAmount();
    rig.publish("counted later");
    const during = line.socket.getBufferedAmount();
    await rig.turn();
    const after = line.socket.getBufferedAmount();
    expect([during - before, after > before]).toEqual([0, true]);
    const { taken } = fill(line);
    rig.publish("lost");
    await rig.turn();
    await line.readUntil(taken.at(-1) ?? "");
    await rig.turn();
    line.socket.sendText("end");
    expect(await line.readUntil("end")).toEqual(["end"]);
  });

  test("reports a send within a cork as taken, though the kernel may have no room for it", async () => {
    await using rig = await open();
    const [line] = rig.lines;
    line.stall();
    const cork = () => {
      const answers: number[] = [];
      line.socket.cork(() => {
        for (let left = 10; left > 0; left--)
          answers.push(Math.sign(line.socket.sendText("x".repeat(1000))));
      });
      return new Set(answers);
    };
    let first = cork();
    while (line.socket.getBufferedAmount() === 0) first = cork();
    expect([first, cork()]).toEqual([new Set([1]), new Set([-1])]);
  });

  test("reports its end during the call, and takes nothing after it", async () => {
    await using rig = await open();
    const [line] = rig.lines;
    line.stall();
    while (line.socket.sendText(large(0)) > 0);
    rig.publish("before");
    line.events.push("closing");
    line.socket.close(1013, "too slow");
    line.events.push(`state ${line.socket.readyState === 1 ? "open" : "not open"}`);
    rig.publish("after");
    line.socket.close(1000, "twice");
    const answer = line.socket.sendText("after");
    const received = await line.readUntil("1013 too slow");
    await rig.turn();
    expect([answer, received.slice(-2), line.events]).toEqual([
      0,
      ["before", "1013 too slow"],
      ["closing", "closed", "state not open"],
    ]);
  });
});
