// ICE servers that the user types in, in place of those of the server.

import { useState } from "preact/hooks";

interface IceFieldProps {
  readonly hint: string;
  readonly set: (text: string) => void;
}

export function IceField({ hint, set }: IceFieldProps) {
  const [text, setText] = useState("");
  return (
    <details>
      <summary>ICE servers</summary>
      <label>
        One a line, such as <code>stun:host:3478</code> or <code>turn:host:3478 user password</code>
        . {hint}
        <textarea
          rows={2}
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          value={text}
          data-testid="ice-servers"
          onInput={(event) => setText(event.currentTarget.value)}
          onChange={(event) => set(event.currentTarget.value)}
        />
      </label>
    </details>
  );
}
