// Environment variables that look like ours and are not. They are not refused, since they may belong to another
// program.

import { nearest } from "../options/nearest.ts";

/** PeerServer's only variable besides PORT, and ours. */
const peerServers: Readonly<Record<string, string>> = { PEERSERVER_PATH: "PEERJS_PATH" };

/** What machines set for every program, and is near one of ours. */
const usual: ReadonlySet<string> = new Set(["LOGNAME"]);

/** Short names, such as HOST and PORT, are like too many others (HOME, POST). */
function editsFor(length: number): number {
  if (length < 6) return 0;
  return length < 9 ? 1 : 2;
}

/**
 * @param known the variables that are read
 * @returns a line for each that is near one of those, and not empty; nothing if that one is set as well
 */
export function misspeltVariables(
  environment: Readonly<Record<string, string | undefined>>,
  known: readonly string[],
): readonly string[] {
  const isSet = (name: string): boolean => (environment[name] ?? "") !== "";
  const long = known.filter((name) => editsFor(name.length) > 0);
  return Object.keys(environment)
    .filter((name) => isSet(name) && !known.includes(name) && !usual.has(name))
    .filter((name) => /^\w+$/.test(name))
    .flatMap((name) => {
      const near = peerServers[name] ?? nearest(name, long, editsFor);
      if (near === undefined || !known.includes(near) || isSet(near)) return [];
      return `nothing reads the variable ${name}; did you mean ${near}?`;
    });
}
