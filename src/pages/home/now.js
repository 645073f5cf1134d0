// What the server is doing now, and what is not set up: asked for every two seconds while somebody looks, and not at all
// where the server shows nothing of it.

import { Rates } from "./rates.ts";

const pauseMs = 2000;

const shownTo = {
  loopback:
    "Only this machine sees these figures. SHOW_FIGURES=everybody shows them to all visitors.",
  everybody: "Everybody sees these figures: SHOW_FIGURES is everybody.",
};

const now = document.querySelector("[data-now]");
const setup = document.querySelector("[data-setup]");
const rates = new Rates();

/**
 * @typedef {object} Figures
 * @property {number} at seconds
 * @property {number} nodes
 * @property {number} connections
 * @property {number} topics
 * @property {number} frames since the start
 * @property {"loopback" | "everybody"} shownTo
 */

/** @typedef {{ text: string, variables: readonly string[], needs: "all" | "one" }} Notice */

/** @param {Figures} figures */
function showFigures(figures) {
  rates.add(figures.at, figures.frames);
  const shown = { ...figures, rate: rates.latest };
  for (const place of now?.querySelectorAll("[data-figure]") ?? []) {
    const value = Reflect.get(shown, place.getAttribute("data-figure") ?? "");
    place.textContent = value === undefined ? "–" : Math.round(value).toLocaleString("en");
  }
  now?.querySelector("[data-pulse]")?.setAttribute("points", rates.points);
  const audience = now?.querySelector("[data-shown-to]");
  if (audience) audience.textContent = shownTo[figures.shownTo];
  now?.removeAttribute("hidden");
}

/** @param {readonly Notice[]} notices */
function showNotices(notices) {
  const items = notices.map(({ text, variables, needs }) => {
    const item = document.createElement("li");
    item.append(`${text} `);
    for (const [index, variable] of variables.entries()) {
      const code = document.createElement("code");
      code.textContent = variable;
      item.append(index === 0 ? "" : needs === "all" ? " and " : " or ", code);
    }
    item.append(".");
    return item;
  });
  setup?.querySelector("[data-notices]")?.replaceChildren(...items);
  setup?.toggleAttribute("hidden", items.length === 0);
}

/** @returns {Promise<boolean>} whether there is more to see later */
async function look() {
  /** @type {{ figures?: Figures, notices?: readonly Notice[] }} */
  const { figures, notices } = await (await fetch("/start.json")).json();
  if (figures === undefined) now?.setAttribute("hidden", "");
  else showFigures(figures);
  showNotices(notices ?? []);
  return figures !== undefined || notices !== undefined;
}

async function watch() {
  for (;;) {
    // A server that is away has nothing to show, and may come back.
    const goesOn = document.hidden || (await look().catch(() => true));
    if (!goesOn) return;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

void watch();
