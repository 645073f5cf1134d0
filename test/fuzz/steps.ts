// How much work a call is, counted and not timed: every look at a character, the length of all that strings and JSON do
// with texts, the items of arrays that are searched, and each question to a set or map. What is counted grows with the input as the time does, but for
// what a regular expression goes over again.

type Method = (this: unknown, ...args: unknown[]) => unknown;

/** What a call costs, by what it was called on, with what, and what it has returned. */
type Cost = (self: string, args: readonly unknown[], result: unknown) => number;

const one: Cost = () => 1;
const whole: Cost = (self) => self.length + 1;
const compared: Cost = (_self, [other]) => String(other).length + 1;
const made: Cost = (_self, _args, result) => String(result).length + 1;

/** As far as it was searched. */
const searched: Cost = (self, [, from = 0], found) =>
  (found === -1 ? self.length : Number(found)) - Number(from) + 1;

const ofStrings: Readonly<Record<string, Cost>> = {
  charCodeAt: one,
  charAt: one,
  codePointAt: one,
  at: one,
  indexOf: searched,
  lastIndexOf: whole,
  includes: whole,
  startsWith: compared,
  endsWith: compared,
  slice: made,
  substring: made,
  concat: made,
  repeat: made,
  padEnd: made,
  trim: whole,
  split: whole,
  replace: whole,
  replaceAll: whole,
  match: whole,
  toLowerCase: whole,
  toUpperCase: whole,
  isWellFormed: whole,
  toWellFormed: whole,
};

const textLength = (value: unknown): number => (typeof value === "string" ? value.length : 0);

/** Puts a counting method in the place of one. @returns puts the old one back */
function replace(
  owner: object,
  name: string,
  cost: (self: unknown, args: readonly unknown[], result: unknown) => number,
  count: (steps: number) => void,
): () => void {
  const descriptor = Object.getOwnPropertyDescriptor(owner, name);
  if (descriptor === undefined) throw new Error(`there is no ${name}`);
  const original: Method = descriptor.value;
  const counting: Method = function (...args) {
    const before = this instanceof RegExp ? this.lastIndex : 0;
    const result = original.apply(this, args);
    count(
      this instanceof RegExp
        ? matched(this, before, textLength(args[0]))
        : cost(this, args, result),
    );
    return result;
  };
  Object.defineProperty(owner, name, { ...descriptor, value: counting });
  return () => Object.defineProperty(owner, name, descriptor);
}

/** A sticky expression looks no further than it matches, or gives up at once. */
function matched({ sticky, lastIndex }: RegExp, before: number, length: number): number {
  return sticky ? Math.max(0, lastIndex - before) + 1 : length + 1;
}

const searching = ["some", "every", "find", "findIndex", "filter", "includes", "indexOf"];

/** Counts the steps of a call. */
export function stepsOf(run: () => void): number {
  let steps = 0;
  const count = (more: number): void => {
    steps += more;
  };
  const undo = [
    ...Object.entries(ofStrings).map(([name, cost]) =>
      replace(
        String.prototype,
        name,
        (self, args, result) => cost(String(self), args, result),
        count,
      ),
    ),
    replace(RegExp.prototype, "exec", one as never, count),
    replace(RegExp.prototype, "test", one as never, count),
    ...searching.map((name) =>
      replace(Array.prototype, name, (self) => (self as readonly unknown[]).length + 1, count),
    ),
    ...[Set.prototype, Map.prototype, WeakMap.prototype].map((owner) =>
      replace(owner, "has", one as never, count),
    ),
    replace(Map.prototype, "get", one as never, count),
    replace(WeakMap.prototype, "get", one as never, count),
    replace(JSON, "parse", (_self, [text]) => textLength(text) + 1, count),
    replace(JSON, "stringify", (_self, _args, result) => textLength(result) + 1, count),
    replace(Buffer, "byteLength", (_self, [text]) => textLength(text) + 1, count),
  ];
  try {
    run();
  } finally {
    for (const each of undo) each();
  }
  return steps;
}
