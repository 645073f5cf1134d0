// What a package holds beside the executable: texts, the manual page, completions and the unit.

import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { command } from "./command.ts";

/** The project's folder. */
export const root = resolve(import.meta.dir, "../..");

export const shells = {
  bash: "usr/share/bash-completion/completions/signalbox",
  zsh: "usr/share/zsh/vendor-completions/_signalbox",
  fish: "usr/share/fish/vendor_completions.d/signalbox.fish",
} as const;

/** Copies to a path whose folder may not be there yet. */
export function put(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to);
}

export function putText(text: string | Uint8Array, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  writeFileSync(to, text);
}

/**
 * Fills the folder of an archive.
 * @param tool an executable for this machine, which prints page and completions
 * @param binary the executable for the machine that the archive is for
 */
export function fillArchive(folder: string, tool: string, binary: string, sbom: string): void {
  put(binary, join(folder, binary.endsWith(".exe") ? "signalbox.exe" : "signalbox"));
  for (const name of ["LICENSE", "README.md", "CHANGELOG.md", "SECURITY.md"])
    put(join(root, name), join(folder, name));
  put(join(root, "deploy/signalbox.service"), join(folder, "signalbox.service"));
  putText(command([tool, "man"]), join(folder, "signalbox.1"));
  for (const shell of Object.keys(shells))
    putText(command([tool, "completion", shell]), join(folder, `completions/signalbox.${shell}`));
  putText(sbom, join(folder, "sbom.cdx.json"));
}
