// The link that one shares to be met, and the button that copies it.

import { useRef, useState } from "preact/hooks";

export function Link({ link }: { readonly link: string }) {
  const field = useRef<HTMLInputElement>(null);
  const [label, setLabel] = useState("Copy link");

  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(link);
      setLabel("Copied");
    } catch {
      // No clipboard without https: selected, it is one key press away.
      field.current?.select();
      setLabel("Selected");
    }
    setTimeout(() => setLabel("Copy link"), 2000);
  };

  return (
    <div class="fields link">
      <label>
        Link
        <input ref={field} value={link} readOnly data-testid="link" />
      </label>
      <button type="button" data-testid="copy-link" onClick={() => void copy()}>
        {label}
      </button>
    </div>
  );
}
