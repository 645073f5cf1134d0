// A crowd that joins one topic in one moment, leaves it in one moment, and comes back.

import type { Attack } from "../attack.ts";
import { type Ground, times } from "../ground.ts";
import type { Line } from "../line.ts";

/** Milliseconds after which a crowd leaves, even if not all of it were let in. */
const stayMs = 5000;

/** Milliseconds between a crowd's leaving and the next one's coming. */
const pauseMs = 100;

export const join: Attack = {
  about: "join one topic at once, and leave at once",
  connections: [4000],
  start: wave,
};

function wave(ground: Ground): void {
  const lines: Line[] = [];
  let answered = 0;
  let isOver = false;
  const leave = (): void => {
    if (isOver) return;
    isOver = true;
    for (const line of lines) line.drop();
    ground.after(pauseMs, () => wave(ground));
  };
  const count = (): void => {
    answered++;
    if (answered === ground.connections) leave();
  };
  times(ground.connections, () =>
    ground.dial({
      path: `/ws/${ground.name}`,
      opened: (line) => {
        if (isOver) line.drop();
        else lines.push(line);
      },
      // It has been accepted before, but now it has joined.
      greeted: count,
      // One that had joined is counted twice: the crowd leaves a little sooner.
      ended: count,
    }),
  );
  ground.after(stayMs, leave);
}
