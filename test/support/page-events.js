// What happens in a page of a test, written down for the test to read or to wait for.

/** Everything, oldest first. */
export const happened = [];
let waiting = [];

export function happens(event) {
  happened.push(event);
  const woken = waiting;
  waiting = [];
  for (const wake of woken) wake();
}

const somethingHappens = () => new Promise((resolve) => waiting.push(resolve));

/** Resolves when it has happened, before or after; with all that has happened by then. */
export async function seen(event) {
  while (!happened.includes(event)) await somethingHappens();
  return happened;
}

/** Resolves when something that begins like this has happened, before or after. @returns it */
export async function seenBeginning(event) {
  for (;;) {
    const found = happened.find((each) => each.startsWith(event));
    if (found !== undefined) return found;
    await somethingHappens();
  }
}
