// Writes the packages of a release. `make release` runs this for all platforms.

import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { version } from "../../package.json";
import { command } from "./command.ts";
import { fillArchive, root } from "./contents.ts";
import { makeDeb } from "./deb.ts";
import { sbomOf } from "./sbom.ts";
import { zip } from "./zip.ts";

const debs = { "linux-x64": "amd64", "linux-arm64": "arm64" } as const;

/** What all packages of a release have in common. */
interface Release {
  /** Where they are written. */
  readonly to: string;
  /** An executable for this machine. */
  readonly tool: string;
  /** When it was built, in seconds since 1970. */
  readonly seconds: number;
  /** 1 is quick, 9 small. */
  readonly level: number;
}

/**
 * Writes an archive, and for some platforms a package for Debian.
 * @param binary the executable for `platform`, like `linux-x64`, with its source map beside it
 */
export async function pack(release: Release, platform: string, binary: string): Promise<void> {
  const { to, tool, seconds, level } = release;
  const name = `signalbox_${version}_${platform.replace("-", "_")}`;
  const sbom = await sbomOf(readFileSync(`${binary.replace(/\.exe$/, "")}.map`, "utf8"), seconds);
  const folder = join(to, name);
  fillArchive(folder, tool, binary, sbom);
  if (platform.startsWith("windows")) {
    const files = readdirSync(folder, { recursive: true, withFileTypes: true });
    const paths = files
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
      .sort();
    writeFileSync(join(to, `${name}.zip`), zip(folder, paths, `${name}/`));
  } else {
    const same = [
      "--sort=name",
      "--owner=0",
      "--group=0",
      "--numeric-owner",
      `--mtime=@${seconds}`,
    ];
    const archive = join(to, `${name}.tar.gz`);
    command([
      "tar",
      "-C",
      to,
      ...same,
      `--use-compress-program=gzip -n${level}`,
      "-cf",
      archive,
      name,
    ]);
  }
  rmSync(folder, { recursive: true });
  writeFileSync(join(to, `${name}.cdx.json`), sbom);
  const architecture = debs[platform as keyof typeof debs];
  if (architecture === undefined) return;
  const deb = join(to, `signalbox_${version.replace("-", "~")}_${architecture}.deb`);
  if (Bun.which("dpkg-deb") === null) process.stderr.write(`not made: ${deb} needs dpkg-deb\n`);
  else makeDeb({ tool, binary, architecture, sbom, to: deb, level });
}

/** SHA-256 of all files, as `sha256sum --check` reads them. */
export function writeSums(to: string): void {
  const names = readdirSync(to).sort();
  const lines = names.map((name) => {
    const hash = new Bun.CryptoHasher("sha256").update(readFileSync(join(to, name)));
    return `${hash.digest("hex")}  ${name}\n`;
  });
  writeFileSync(join(to, "SHA256SUMS"), lines.join(""));
}

if (import.meta.main) {
  const [built = "", ...platforms] = process.argv.slice(2);
  const to = join(root, "dist/release");
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to, { recursive: true });
  const seconds = Number(process.env["SOURCE_DATE_EPOCH"] ?? Math.floor(Date.now() / 1000));
  const release = { to, tool: join(root, "dist/signalbox"), seconds, level: 9 };
  for (const platform of platforms) {
    const end = platform.startsWith("windows") ? ".exe" : "";
    await pack(release, platform, resolve(built, `${platform}/signalbox${end}`));
  }
  writeSums(to);
}
