// The option for who sees on the start page what the server is doing.

import { type Option, oneOf } from "../options/option.ts";

export const showFigures: Option<"nobody" | "loopback" | "everybody"> = {
  name: "show-figures",
  isReloaded: true,
  placeholder: "to",
  schema: oneOf(["nobody", "loopback", "everybody"]),
  default: "loopback",
  help: "who sees on the start page how many connections, topics and frames there are: nobody, loopback (this machine) or everybody",
};
