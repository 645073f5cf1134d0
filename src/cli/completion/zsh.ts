// Completion for zsh: the specifications of `_arguments`, for each command.

import type { Option } from "../../options/option.ts";
import { type Completed, quoted, valueAfter } from "./completed.ts";

export function zshCompletion(commands: readonly Completed[]): string {
  const names = commands.map(({ name }) => name).join("|");
  const described = commands
    .map(({ name, summary }) => `    ${quoted(`${name}:${escaped(summary)}`)}`)
    .join("\n");
  return `#compdef signalbox
# Completes signalbox in zsh. Written by \`signalbox completion zsh\`.
_signalbox_commands() {
  local -a commands=(
${described}
  )
  _describe command commands
}
_signalbox() {
  local command=serve
  case $words[2] in
    ${names}) command=$words[2] ;;
  esac
  case $command in
${commands.map(commandCase).join("\n")}
  esac
}
_signalbox "$@"`;
}

const commandCase = ({ name, words, options }: Completed): string =>
  [
    `    ${name})`,
    `      _arguments '1: :_signalbox_commands' ${quoted(`*:word:(${words.join(" ")})`)} \\`,
    `${options.map((option) => `        ${quoted(specification(option))}`).join(" \\\n")} ;;`,
  ].join("\n");

function specification(option: Option<unknown>): string {
  const flag = `--${option.name}`;
  const about = `[${escaped(option.help)}]`;
  const value = valueAfter(option);
  if (value === "none") return `${flag}${about}`;
  const action = value === "path" ? "_files" : value === "text" ? " " : `(${value.join(" ")})`;
  return `${flag}${about}:${escaped(option.placeholder)}:${action}`;
}

/** Between brackets and colons these would end a piece of a specification. */
const escaped = (text: string): string => text.replace(/[\\[\]:]/g, "\\$&");
