// The home page's two conveniences: snippets that name the server's real address, and buttons
// that copy them. It is JavaScript because it is for the browser, in a folder that is not;
// the demo's tsconfig.json checks its types.

for (const origin of document.querySelectorAll("[data-origin]")) {
  const scheme = origin.getAttribute("data-origin") === "ws" ? "ws" : "http";
  // http → ws and https → wss: only the letters in front of the "s" differ.
  origin.textContent = location.origin.replace(/^http/, scheme);
}

for (const button of document.querySelectorAll("button[data-copy]")) {
  const code = button.closest("figure")?.querySelector("code");
  if (!code) continue;
  button.removeAttribute("hidden");
  button.addEventListener("click", async () => {
    button.textContent = (await copy(code)) ? "Copied" : "Selected";
    setTimeout(() => {
      button.textContent = "Copy";
    }, 2000);
  });
}

/**
 * Copies the element's text. Browsers have a clipboard only for pages that came over https or
 * from localhost; elsewhere the text is selected, one key press away from being copied.
 * @param {Element} element
 * @returns {Promise<boolean>} whether it is on the clipboard
 */
async function copy(element) {
  try {
    await navigator.clipboard.writeText(element.textContent ?? "");
    return true;
  } catch {
    getSelection()?.selectAllChildren(element);
    return false;
  }
}
