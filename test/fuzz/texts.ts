// Texts as clients may send them: messages that are right, in every spelling that JSON allows; nearly right ones; and
// anything else.

import fc from "fast-check";

/** A string literal, with more escapes than are needed. */
export function literal(text: string, isEscaped: readonly boolean[]): string {
  const units = Array.from({ length: text.length }, (_, index) =>
    isEscaped[index % isEscaped.length] === true
      ? `\\u${text.charCodeAt(index).toString(16).padStart(4, "0")}`
      : JSON.stringify(text.charAt(index)).slice(1, -1),
  );
  return `"${units.join("")}"`;
}

// Tabs, line breaks and escapes are rare, so that most texts are read in the quick way.
const space = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom("", "", " ") },
  { weight: 1, arbitrary: fc.stringMatching(/^[ \t\r\n]{0,3}$/) },
);

export const escapes = fc.oneof(
  { weight: 12, arbitrary: fc.constant([false]) },
  { weight: 1, arbitrary: fc.array(fc.boolean(), { minLength: 1, maxLength: 4 }) },
);

/** Any value of JSON, as it may be written. */
export const valueText = fc.oneof(
  fc.jsonValue({ maxDepth: 3, depthSize: "small" }).map((value) => JSON.stringify(value)),
  fc.stringMatching(/^-?(0|[1-9]\d{0,20})(\.\d{1,5})?([eE][+-]?\d{1,3})?$/),
  fc.nat(60).map((depth) => `${"[".repeat(depth)}{}${"]".repeat(depth)}`),
  fc.constantFrom("[1,2]", '{"to":[{}],"b":""}', '"\\\\"', '"\\""'),
);

const memberOf = (keys: readonly string[], value: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(space, fc.constantFrom(...keys), escapes, space, value, space)
    .map(
      ([before, key, isEscaped, between, raw, after]) =>
        `${before}${literal(key, isEscaped)}${between}:${raw}${after}`,
    );

const objectOf = (members: fc.Arbitrary<readonly string[]>): fc.Arbitrary<string> =>
  fc.tuple(space, members).map(([around, all]) => `${around}{${all.join(",") || around}}${around}`);

/** An object in which these keys come again, in all their forms, with any values. */
export const objectText = (keys: readonly string[]): fc.Arbitrary<string> =>
  objectOf(fc.array(memberOf(keys, valueText), { maxLength: 8 }));

/** Values, as JSON, that mean something to a protocol, by key. */
export type Vocabulary = Readonly<Record<string, readonly string[]>>;

/** Keys under which objects have something that nobody has put there, and others. */
const oddKeys = ["", "__proto__", "constructor", "toString", "a", "té", '"\\', "\n"];

/** An object that is often a message: most keys once, some never or twice, some with another value. */
export function messageText(words: Vocabulary): fc.Arbitrary<string> {
  const known = Object.entries(words).map(([key, values]) => {
    const value = fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom(...values) },
      { weight: 1, arbitrary: valueText },
    );
    const member = memberOf([key], value);
    return fc.oneof(
      { weight: 12, arbitrary: member.map((text) => [text]) },
      { weight: 2, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.tuple(member, member) },
    );
  });
  const others = fc.oneof(
    { weight: 4, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(memberOf(oddKeys, valueText), { maxLength: 3 }) },
  );
  const members = fc
    .tuple(fc.tuple(...known), others)
    .chain(([own, more]) => fc.shuffledSubarray([...own.flat(), ...more], wholeOf(own, more)));
  return objectOf(members);
}

/** A shuffled array has all its items. */
function wholeOf(own: readonly (readonly string[])[], more: readonly string[]) {
  const length = own.flat().length + more.length;
  return { minLength: length, maxLength: length };
}

/** Characters that mean something to a parser, and some that must not. */
const strange = fc.constantFrom(
  ...'{}[],:"\\{}[],:"\\/-+.0123456789eEutrfalsn \t\r\n\u0000\u001f\u007f\u00a0\u2028\ufeff\ud800\u00e9x',
);

type Edit = readonly [at: number, remove: number, insert: readonly string[]];
const edits: fc.Arbitrary<readonly Edit[]> = fc.array(
  fc.tuple(fc.nat(), fc.nat(2), fc.array(strange, { maxLength: 2 })),
  { minLength: 1, maxLength: 2 },
);

/** With some characters in place of others. */
export const garbled = (texts: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(texts, edits).map(([text, changes]) =>
    changes.reduce((edited, [anywhere, remove, insert]) => {
      const at = anywhere % (edited.length + 1);
      return edited.slice(0, at) + insert.join("") + edited.slice(at + remove);
    }, text),
  );

/** Cut off anywhere. */
export const truncated = (texts: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(texts, fc.nat()).map(([text, anywhere]) => text.slice(0, anywhere % (text.length + 1)));

/** What a client may send that knows these words: mostly messages. Text frames have no half surrogate pairs. */
export function clientText(words: Vocabulary): fc.Arbitrary<string> {
  const right = messageText(words);
  return fc
    .oneof(
      { weight: 14, arbitrary: right },
      { weight: 3, arbitrary: garbled(right) },
      { weight: 1, arbitrary: truncated(right) },
      { weight: 1, arbitrary: valueText },
      { weight: 1, arbitrary: fc.string({ unit: "binary" }) },
    )
    .map((text) => text.toWellFormed());
}
