// Completion for bash: a function that knows the flags of each command.

import { type Completed, valueAfter } from "./completed.ts";

export function bashCompletion(commands: readonly Completed[]): string {
  const names = commands.map(({ name }) => name);
  const options = commands.flatMap((command) => command.options);
  const flags = (isMeant: (value: ReturnType<typeof valueAfter>) => boolean) => [
    ...new Set(options.filter((each) => isMeant(valueAfter(each))).map(({ name }) => `--${name}`)),
  ];
  const choices = new Map(
    options.flatMap((option) => {
      const value = valueAfter(option);
      return typeof value === "string" ? [] : [[option.name, value] as const];
    }),
  );
  return `# Completes signalbox in bash. Written by \`signalbox completion bash\`.
_signalbox() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} command=serve flags words
  COMPREPLY=()
  case "\${COMP_WORDS[1]}" in
    ${names.join("|")}) [ "$COMP_CWORD" -gt 1 ] && command=\${COMP_WORDS[1]} ;;
  esac
  case "$before" in
${[...choices].map(([name, words]) => `    --${name}) COMPREPLY=($(compgen -W '${words.join(" ")}' -- "$word")); return ;;`).join("\n")}
    ${flags((value) => value === "path").join("|")})
      COMPREPLY=($(compgen -f -- "$word")); return ;;
    ${flags((value) => value === "text").join("|")})
      return ;;
  esac
  case "$command" in
${commands.map(commandCase).join("\n")}
  esac
  [ "$COMP_CWORD" -eq 1 ] && words='${names.join(" ")}'
  case "$word" in
    -*) COMPREPLY=($(compgen -W "$flags" -- "$word")) ;;
    *) COMPREPLY=($(compgen -W "$words" -- "$word")) ;;
  esac
}
complete -F _signalbox signalbox`;
}

const commandCase = ({ name, words, options }: Completed): string =>
  `    ${name})
      words='${words.join(" ")}'
      flags='${options.map((option) => `--${option.name}`).join(" ")}' ;;`;
