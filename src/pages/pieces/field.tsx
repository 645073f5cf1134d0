// A field for a line of text. What is typed counts once it is done: the page may be drawn anew meanwhile.

import { useEffect, useState } from "preact/hooks";

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly testId: string;
  readonly set: (value: string) => void;
  /** Of the `input`. */
  readonly more?: {
    readonly required?: boolean;
    readonly readOnly?: boolean;
    readonly maxLength?: number;
    readonly class?: string;
    readonly autocomplete?: "nickname";
    readonly autocapitalize?: "words";
  };
}

export function Field({ label, value, testId, set, more = {} }: FieldProps) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  return (
    <label>
      {label}
      <input
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        {...more}
        value={text}
        data-testid={testId}
        onInput={(event) => setText(event.currentTarget.value)}
        onChange={(event) => set(event.currentTarget.value.trim())}
      />
    </label>
  );
}
