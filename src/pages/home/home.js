// The home page's conveniences: snippets that name the server's real address, buttons that copy them, and one guide
// at a time, found by its name or by a search. Without a script all guides are there, one below the other. It is
// JavaScript because it is for the browser, in a folder that is not; the demo's tsconfig.json checks its types.

import "./now.js";

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

const picker = document.querySelector("[data-picker]");
const tabList = document.querySelector("[role=tablist]");
const none = document.querySelector("[data-none]");
/** @type {HTMLInputElement | null} */
const filter = document.querySelector("[data-filter]");

/** Each guide with its tab, and the name by which an address leads to it. */
const tabs = [...document.querySelectorAll("[data-guide]")].map((guide) => {
  const title = guide.querySelector("h3")?.textContent ?? "";
  const name = title.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  const tab = document.createElement("button");
  tab.type = "button";
  tab.id = `tab-${name}`;
  tab.textContent = title;
  tab.setAttribute("role", "tab");
  tab.setAttribute("aria-controls", name);
  guide.id = name;
  guide.setAttribute("role", "tabpanel");
  guide.setAttribute("aria-labelledby", tab.id);
  tab.addEventListener("click", () => {
    show(name);
    history.replaceState(null, "", `#${name}`);
  });
  tabList?.append(tab);
  return { name, tab, guide, text: guide.textContent?.toLowerCase() ?? "" };
});

/** @param {string | undefined} shown the name of a guide */
function show(shown) {
  for (const { name, tab, guide } of tabs) {
    const isShown = name === shown;
    guide.toggleAttribute("hidden", !isShown);
    tab.setAttribute("aria-selected", `${isShown}`);
    // One tab is reached by the tabulator, the others by arrows.
    tab.tabIndex = isShown ? 0 : -1;
  }
}

/** Guides whose text has all words of the search. */
function found() {
  const words = (filter?.value ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  return tabs.filter(({ text }) => words.every((word) => text.includes(word)));
}

filter?.addEventListener("input", () => {
  const kept = found();
  for (const each of tabs) each.tab.toggleAttribute("hidden", !kept.includes(each));
  const shown = kept.find(({ tab }) => tab.getAttribute("aria-selected") === "true") ?? kept[0];
  show(shown?.name);
  if (none) none.textContent = shown ? "" : "No client here has that.";
});

tabList?.addEventListener("keydown", (event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[/** @type {KeyboardEvent} */ (event).key];
  if (step === undefined) return;
  const kept = found();
  const at = kept.findIndex(({ tab }) => tab === document.activeElement);
  kept.at((at + step) % kept.length)?.tab.focus();
});

const open = () =>
  show(tabs.find(({ name }) => `#${name}` === location.hash)?.name ?? tabs[0]?.name);
addEventListener("hashchange", open);
picker?.removeAttribute("hidden");
open();
