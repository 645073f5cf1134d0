// The packages of a release: what is in them, and that they install. In place of the executable, whose 120 MB take
// seconds to pack, they have a script that runs it.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pack, writeSums } from "../../deploy/release/release.ts";
import { zip } from "../../deploy/release/zip.ts";
import { version } from "../../package.json";
import { isThere } from "../support/missing.ts";
import { binary, root } from "../support/paths.ts";

const folder = mkdtempSync(join(tmpdir(), "release-"));
const to = join(folder, "packages");
const name = `signalbox_${version}_linux_x64`;

beforeAll(async () => {
  mkdirSync(to);
  const standIn = join(folder, "signalbox");
  writeFileSync(standIn, `#!/bin/sh\nexec '${binary}' "$@"\n`, { mode: 0o755 });
  cpSync(`${binary}.map`, `${standIn}.map`);
  await pack({ to, tool: binary, seconds: 1_800_000_000, level: 1 }, "linux-x64", standIn);
  writeSums(to);
});

afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a program. @returns exit code and all that it said */
function ran(args: readonly string[], env: Record<string, string> = {}) {
  const { exitCode, stdout, stderr } = Bun.spawnSync([...args], {
    env: { ...process.env, ...env },
  });
  return { code: exitCode, said: stdout.toString() + stderr.toString() };
}

test("an archive has the executable, texts, manual page, completions, unit and list of contents", () => {
  const { said } = ran(["tar", "-tzf", join(to, `${name}.tar.gz`)]);
  const files = said
    .trim()
    .split("\n")
    .filter((path) => !path.endsWith("/"));
  expect(files.map((path) => path.replace(`${name}/`, ""))).toEqual([
    "CHANGELOG.md",
    "LICENSE",
    "README.md",
    "SECURITY.md",
    "completions/signalbox.bash",
    "completions/signalbox.fish",
    "completions/signalbox.zsh",
    "sbom.cdx.json",
    "signalbox",
    "signalbox.1",
    "signalbox.service",
  ]);
});

test("its executable runs", () => {
  expect(ran(["tar", "-C", folder, "-xzf", join(to, `${name}.tar.gz`)]).code).toBe(0);
  const { said } = ran([join(folder, name, "signalbox"), "--version"]);
  expect(said).toBe(`signalbox ${version}\n`);
});

test("SHA256SUMS has the sum of each file", () => {
  const { code, said } = ran(["sh", "-c", `cd '${to}' && sha256sum --check --strict SHA256SUMS`]);
  expect({ code, said }).toEqual({ code: 0, said: expect.stringContaining(`${name}.tar.gz: OK`) });
});

test("the list of contents names Bun and each package of the executable, with versions", () => {
  const bom = JSON.parse(readFileSync(join(to, `${name}.cdx.json`), "utf8"));
  expect([bom.bomFormat, bom.specVersion]).toEqual(["CycloneDX", "1.6"]);
  const purls: string[] = bom.components.map(({ purl }: { purl: string }) => purl);
  const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const direct = Object.entries(dependencies).map(([each, number]) => `pkg:npm/${each}@${number}`);
  expect(direct.filter((purl) => !purls.includes(purl))).toEqual([]);
  expect(purls[0]).toBe(`pkg:github/oven-sh/bun@bun-v${Bun.version}`);
  expect(new Set(purls).size).toBe(purls.length);
  // What only tests use is not in it.
  expect(purls.filter((purl) => /playwright|typescript|biome/.test(purl))).toEqual([]);
});

const unzip = Bun.which("python3");

test.skipIf(!isThere(unzip, "python3"))("a ZIP archive is read by others", () => {
  mkdirSync(join(folder, "zipped/b"), { recursive: true });
  writeFileSync(join(folder, "zipped/a.txt"), "a".repeat(1000));
  writeFileSync(join(folder, "zipped/b/ä.txt"), "");
  writeFileSync(join(folder, "a.zip"), zip(join(folder, "zipped"), ["a.txt", "b/ä.txt"], "x/"));
  const script =
    "import sys,zipfile; z=zipfile.ZipFile(sys.argv[1]); print(z.testzip(), z.namelist())";
  const { said } = ran([unzip ?? "python3", "-c", script, join(folder, "a.zip")], {
    PYTHONUTF8: "1",
  });
  expect(said).toBe("None ['x/a.txt', 'x/b/ä.txt']\n");
});

const isRoot = process.getuid?.() === 0;
const dpkg = isRoot ? Bun.which("dpkg") : null;

describe.skipIf(!isRoot || !isThere(dpkg, "dpkg"))("the package for Debian", () => {
  const other = join(folder, "root");
  const inRoot = (...args: readonly string[]) =>
    ran(["dpkg", `--root=${other}`, "--force-script-chrootless", "--force-depends", ...args]);
  const installed = [
    "etc/signalbox/signalbox.toml",
    "usr/bin/signalbox",
    "usr/lib/systemd/system/signalbox.service",
    "usr/share/bash-completion/completions/signalbox",
    "usr/share/fish/vendor_completions.d/signalbox.fish",
    "usr/share/man/man1/signalbox.1.gz",
    "usr/share/zsh/vendor-completions/_signalbox",
  ];
  const there = () => installed.filter((path) => existsSync(join(other, path)));

  test("is installed, starts with its configuration file, and is removed", () => {
    mkdirSync(join(other, "var/lib/dpkg/info"), { recursive: true });
    mkdirSync(join(other, "var/lib/dpkg/updates"));
    writeFileSync(join(other, "var/lib/dpkg/status"), "");
    const deb = readdirSync(to).find((file) => file.endsWith("_amd64.deb")) ?? "";
    const { code, said } = inRoot("--install", join(to, deb));
    expect({ code, said }).toEqual({ code: 0, said: expect.any(String) });
    expect(there()).toEqual(installed);
    const settings = join(other, "etc/signalbox/signalbox.toml");
    expect(
      ran([join(other, "usr/bin/signalbox"), "check", "--config", settings, "--port", "0"]).code,
    ).toBe(0);
    expect(inRoot("--purge", "signalbox").code).toBe(0);
    expect(there()).toEqual([]);
  });
});

const analyze = "/usr/bin/systemd-analyze";

describe.skipIf(!isThere(analyze, "systemd-analyze"))("the unit", () => {
  const unit = join(folder, "signalbox.service");

  beforeAll(() => {
    const shipped = readFileSync(join(root, "deploy/signalbox.service"), "utf8");
    writeFileSync(unit, shipped.replaceAll("/usr/bin/signalbox", binary));
  });

  test("is right in the eyes of systemd", () => {
    expect(ran([analyze, "verify", "--man=no", unit])).toEqual({ code: 0, said: "" });
  });

  test("exposes less than 3.0 of 10", () => {
    const { code, said } = ran([analyze, "security", "--offline=true", "--threshold=29", unit]);
    expect({ code, said }).toEqual({ code: 0, said: expect.stringContaining("exposure level") });
  });
});
