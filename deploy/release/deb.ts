// A package for Debian and its kin: executable, unit, configuration file, manual page and completions.

import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { description, version } from "../../package.json";
import { command } from "./command.ts";
import { put, putText, root, shells } from "./contents.ts";

/** What Debian calls a processor. */
export type Architecture = "amd64" | "arm64";

export interface DebPlan {
  /** An executable for this machine. */
  readonly tool: string;
  /** The executable for the machine that the package is for. */
  readonly binary: string;
  readonly architecture: Architecture;
  readonly sbom: string;
  /** The package to write. */
  readonly to: string;
  /** 1 is quick, 9 small. */
  readonly level: number;
}

/** @throws if there is no dpkg-deb */
export function makeDeb({ tool, binary, architecture, sbom, to, level }: DebPlan): void {
  const folder = mkdtempSync(join(tmpdir(), "signalbox-deb-"));
  const at = (path: string) => join(folder, path);
  chmodSync(folder, 0o755);
  put(binary, at("usr/bin/signalbox"));
  chmodSync(at("usr/bin/signalbox"), 0o755);
  put(join(root, "deploy/signalbox.service"), at("usr/lib/systemd/system/signalbox.service"));
  putText(`${command([tool, "config", "--default"])}`, at("etc/signalbox/signalbox.toml"));
  putText(gzipSync(command([tool, "man"])), at("usr/share/man/man1/signalbox.1.gz"));
  for (const [shell, path] of Object.entries(shells))
    putText(command([tool, "completion", shell]), at(path));
  for (const name of ["README.md", "CHANGELOG.md"])
    put(join(root, name), at(`usr/share/doc/signalbox/${name}`));
  put(join(root, "LICENSE"), at("usr/share/doc/signalbox/copyright"));
  putText(sbom, at("usr/share/doc/signalbox/sbom.cdx.json"));
  putText(control(architecture), at("DEBIAN/control"));
  putText("/etc/signalbox/signalbox.toml\n", at("DEBIAN/conffiles"));
  for (const [name, text] of Object.entries(scripts)) {
    putText(`#!/bin/sh\nset -e\n${text}`, at(`DEBIAN/${name}`));
    chmodSync(at(`DEBIAN/${name}`), 0o755);
  }
  command(["dpkg-deb", "--root-owner-group", "-Zgzip", `-z${level}`, "--build", folder, to]);
  rmSync(folder, { recursive: true });
}

/** Debian sorts `1.0.0~rc.1` before `1.0.0`. */
const debianVersion = version.replace("-", "~");

const control = (architecture: Architecture): string => `Package: signalbox
Version: ${debianVersion}
Architecture: ${architecture}
Maintainer: the signalbox authors <signalbox@localhost>
Section: net
Priority: optional
Depends: libc6 (>= 2.17)
Description: WebRTC signaling server
 ${description}
`;

/** The service is not started by itself: its settings come first. Nothing is said to systemd in another root. */
const scripts = {
  postinst: `if [ -z "$DPKG_ROOT" ] && [ -d /run/systemd/system ]; then
  systemctl daemon-reload
  # After an upgrade.
  if [ "$1" = configure ] && [ -n "$2" ]; then systemctl try-restart signalbox.service; fi
fi
`,
  prerm: `if [ "$1" = remove ] && [ -z "$DPKG_ROOT" ] && [ -d /run/systemd/system ]; then
  systemctl disable --now signalbox.service
fi
`,
  postrm: `if [ -z "$DPKG_ROOT" ] && [ -d /run/systemd/system ]; then systemctl daemon-reload; fi
`,
};
