// The link that one shares to be met, and the button that copies it.

import { element } from "./element.ts";

/** Shows the link where it can be copied. */
export function showLink(link: string): void {
  element("link", HTMLInputElement).value = link;
}

/** Brings the button to life. */
export function offerCopy(): void {
  element("copy-link", HTMLButtonElement).addEventListener("click", copyLink);
}

async function copyLink(): Promise<void> {
  const button = element("copy-link", HTMLButtonElement);
  const field = element("link", HTMLInputElement);
  try {
    await navigator.clipboard.writeText(field.value);
    button.textContent = "Copied";
  } catch {
    // No clipboard without https: selected, it is one key press away.
    field.select();
    button.textContent = "Selected";
  }
  setTimeout(() => {
    button.textContent = "Copy link";
  }, 2000);
}
