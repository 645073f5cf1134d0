// The search of the documents' pages. It fetches what all documents say once somebody begins to search. It is
// JavaScript because it is for the browser, in a folder that is not; the demo's tsconfig.json checks its types.

/** Results that are shown at most. */
const maxResults = 12;

/** Characters of the text before and after what was found. */
const around = 60;

/** @type {HTMLInputElement | null} */
const field = document.querySelector("[data-search]");
const results = document.querySelector("[data-found]");
const list = document.querySelector("[data-list]");

/**
 * Address, title and text of every section.
 * @type {Promise<readonly (readonly [string, string, string])[]> | undefined}
 */
let entries;

if (matchMedia("(max-width: 50rem)").matches) list?.removeAttribute("open");
field?.closest("label")?.removeAttribute("hidden");
field?.addEventListener("focus", () => void load());
field?.addEventListener("input", () => void search());
field?.addEventListener("keydown", ({ key }) => {
  if (key === "Enter") results?.querySelector("a")?.click();
});

function load() {
  entries ??= fetch("/docs/search.json").then((response) => response.json());
  return entries;
}

async function search() {
  const words = wordsOf(field?.value ?? "");
  const all = words.length === 0 ? [] : await load();
  // Something else has been typed meanwhile.
  if (words.join() !== wordsOf(field?.value ?? "").join()) return;
  const found = all
    .map((entry) => ({ entry, score: scoreOf(entry, words) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, maxResults);
  results?.replaceChildren(...found.map(({ entry }) => resultOf(entry, words)));
  if (words.length > 0 && found.length === 0) results?.append(line("li", "Nothing was found."));
  results?.toggleAttribute("hidden", words.length === 0);
  list?.toggleAttribute("hidden", words.length > 0);
}

/** @param {string} text */
function wordsOf(text) {
  return text.toLowerCase().split(/\s+/).filter(Boolean);
}

/**
 * @param {readonly [string, string, string]} entry
 * @param {readonly string[]} words all of which it must have; a title counts more than a text
 */
function scoreOf([, title, text], words) {
  const [inTitle, inText] = [title.toLowerCase(), text.toLowerCase()];
  if (!words.every((word) => inTitle.includes(word) || inText.includes(word))) return 0;
  return words.reduce((sum, word) => sum + (inTitle.includes(word) ? 10 : 1), 0);
}

/**
 * @param {readonly [string, string, string]} entry
 * @param {readonly string[]} words
 */
function resultOf([address, title, text], [word = ""]) {
  const link = line("a", title);
  link.setAttribute("href", address);
  const at = Math.max(0, text.toLowerCase().indexOf(word) - around);
  const end = at + 2 * around;
  const excerpt = `${at > 0 ? "…" : ""}${text.slice(at, end)}${end < text.length ? "…" : ""}`;
  const result = document.createElement("li");
  result.append(link, line("p", excerpt));
  return result;
}

/**
 * @param {string} name of the element
 * @param {string} text
 */
function line(name, text) {
  const element = document.createElement(name);
  element.textContent = text;
  return element;
}
