// What a page does with trystero as it comes, told only where its relay is: bundled, served to a browser, and told
// what to do by the test. Everything that happens is written down in `happened`.

import { getRelaySockets, joinRoom, selfId } from "trystero";
import { seen } from "./page-events.js";
import { greeting } from "./trystero-greeting.js";

window.pageOfTest = {
  seen,
  ...greeting({ joinRoom, selfId }),
  relays: () => Object.keys(getRelaySockets()),
};
