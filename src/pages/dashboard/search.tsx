// What a list is looked through by: a protocol, and a text.

import type { ComponentChildren } from "preact";

interface SearchProps {
  readonly protocols: readonly string[];
  readonly protocol: string;
  readonly setProtocol: (protocol: string) => void;
  readonly label: string;
  readonly text: string;
  readonly setText: (text: string) => void;
  readonly refresh: () => void;
  readonly problem: string;
  readonly missing: readonly string[] | undefined;
  readonly children?: ComponentChildren;
}

export function Search(props: SearchProps) {
  const { protocols, protocol, label, text, problem, missing = [] } = props;
  return (
    <>
      <div class="fields">
        <label>
          Protocol
          <select
            value={protocol}
            onChange={(event) => props.setProtocol(event.currentTarget.value)}
          >
            <option value="">all</option>
            {protocols.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label>
          {label}
          <input
            type="search"
            value={text}
            onInput={(event) => props.setText(event.currentTarget.value)}
          />
        </label>
        {props.children}
        <button type="button" onClick={props.refresh}>
          Refresh
        </button>
      </div>
      {problem !== "" && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {missing.length > 0 && (
        <p class="problem">Without {missing.join(", ")}: no answer in time.</p>
      )}
    </>
  );
}
