// Where things are.

import { resolve } from "node:path";

export const root = resolve(import.meta.dir, "../..");

/** The compiled server. */
export const binary = `${root}/dist/signalbox`;
