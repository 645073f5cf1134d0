// Every command of the documents: run as it stands there, each document in a shell and an empty folder of its own, or marked
// as not run. The quick start begins with the archive of a release, and ends with an upgrade to another one.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pack, writeSums } from "../../deploy/release/release.ts";
import { version } from "../../package.json";
import { blocksOf, freshHost, portFor, scriptOf } from "../support/document-script.ts";
import { documentAt } from "../support/documents.ts";
import { haproxyProgram } from "../support/haproxy.ts";
import { isThere } from "../support/missing.ts";
import { OtherRelease } from "../support/other-release.ts";
import { binary, root } from "../support/paths.ts";
import { redisProgram } from "../support/redis-server.ts";

const documents = [
  ...[
    "README.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "src/bench/README.md",
    "src/cluster/README.md",
  ],
  ...new Bun.Glob("docs/**/*.md").scanSync({ cwd: root }),
].toSorted();

const quickStart = "docs/quick-start.md";

const curl = Bun.which("curl") ?? "/usr/bin/curl";
const openssl = Bun.which("openssl") ?? "/usr/bin/openssl";

/** What a document takes for done, and what its commands must say. */
interface Setting {
  readonly before?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly says?: readonly string[];
}

const withOperators: Setting = {
  before: "signalbox &",
  env: { ADMIN_PORT: `${portFor(9081)}`, JWT_SECRET: "a secret of at least 32 bytes, for tests" },
};

const settings: Readonly<Record<string, Setting>> = {
  "README.md": { says: ["ready", '"iceServers":', "let in"] },
  "docs/admin-api.md": { ...withOperators, says: ['"nodes":1'] },
  "docs/authentication.md": { ...withOperators, says: ['"revoked":true'] },
  "docs/clustering.md": { says: ["ready"] },
  "docs/configuration.md": {
    before: `redis-server --port 6379 --save "" &
export REDIS_URL=redis://127.0.0.1:6379`,
  },
  "docs/day-two.md": {
    before: `openssl rand -hex 32 > jwt-secret
printf '[tokens]\\njwt-secret-file = "jwt-secret"\\n' > signalbox.toml
signalbox --config signalbox.toml --port 8081 > server.log &
server=$!
pkill() { if [ "$1" = -HUP ]; then kill -HUP "$server"; else command pkill "$@"; fi; }`,
    env: { ADMIN_PORT: `${portFor(9081)}` },
    says: ["ok    relay"],
  },
  "docs/operating.md": {
    before: `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=localhost -keyout privkey.pem -out fullchain.pem -days 30 2>/dev/null
signalbox config --default > signalbox.toml
signalbox --config signalbox.toml --port 8094 > server.log &
server=$!
pkill() { if [ "$1" = -HUP ]; then kill -HUP "$server"; else command pkill "$@"; fi; }`,
  },
  "docs/protocols/rooms.md": { says: ['"iceServers":', "let in"] },
};

const folder = mkdtempSync(join(tmpdir(), "documents-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the commands of a document. @returns what they have printed */
async function played(
  path: string,
  { before, env = {} }: Setting,
  change = (text: string) => text,
): Promise<string> {
  const cwd = join(folder, path.replaceAll("/", "-"));
  mkdirSync(cwd, { recursive: true });
  const host = freshHost();
  const script = scriptOf(change(await documentAt(path)), host, before);
  // The quick start installs it.
  const own = path === quickStart ? [] : [dirname(binary)];
  const system = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];
  const shell = Bun.spawn(["bash", "-c", script], {
    cwd,
    env: {
      PATH: [...own, ...system].join(":"),
      HOST: host,
      PORT: `${portFor(8081)}`,
      ADMIN_HOST: host,
      ADMIN_TOKEN: "a token of operators",
      DRAIN_DELAY_SECONDS: "0",
      ...env,
    },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [output, errors, code] = await Promise.all([
    shell.stdout.text(),
    shell.stderr.text(),
    shell.exited,
  ]);
  expect([code, code === 0 ? "" : `${output}\n${errors}`]).toEqual([0, ""]);
  return output;
}

const isCommand = (line: string): boolean =>
  /^(?:\$ )?(?:\w+=\S+ )*(?:sudo |npx )?(?:signalbox|make|bun|curl|docker|kubectl|redis-server|npm) \S/.test(
    line,
  ) && !line.startsWith("$ ");

test.each(documents)(
  "every block of %s says what it is, and commands are in those for them",
  async (path) => {
    const kinds = ["sh", "sh not-run", "text", "js", "rust", "toml", "yaml"];
    const blocks = blocksOf(await documentAt(path));
    expect(blocks.map(([kind]) => kind).filter((kind) => !kinds.includes(kind))).toEqual([]);
    const texts = blocks.flatMap(([kind, body]) => (kind === "text" ? body.split("\n") : []));
    expect(texts.filter(isCommand)).toEqual([]);
  },
);

const programs = [
  [curl, "curl"],
  [openssl, "openssl"],
  [redisProgram, "Redis"],
] as const;
const areThere = programs.every(([path, name]) => isThere(path, name));

const texts = await Promise.all(documents.map(documentAt));
const withCommands = documents.filter(
  (path, index) =>
    path !== quickStart && blocksOf(texts[index] ?? "").some(([kind]) => kind === "sh"),
);

describe.skipIf(!areThere)("the commands of", () => {
  test.concurrent.each(withCommands)(
    "%s do what it says",
    async (path) => {
      const setting = settings[path] ?? {};
      const output = await played(path, setting);
      for (const part of setting.says ?? []) expect(output).toContain(part);
    },
    120_000,
  );
});

describe.skipIf(!areThere || !isThere(haproxyProgram, "HAProxy"))("the quick start", () => {
  const next = new OtherRelease([
    { file: "package.json", ours: `"version": "${version}"`, theirs: '"version": "99.0.0"' },
  ]);
  const place = join(folder, "docs-quick-start.md");

  beforeAll(async () => {
    mkdirSync(place, { recursive: true });
    const standIn = join(folder, "signalbox");
    writeFileSync(standIn, `#!/bin/sh\nexec '${binary}' "$@"\n`, { mode: 0o755 });
    cpSync(`${binary}.map`, `${standIn}.map`);
    await pack({ to: place, tool: binary, seconds: 1_800_000_000, level: 1 }, "linux-x64", standIn);
    writeSums(place);
    const [shell = "", option = "", command = ""] = next.prefix;
    writeFileSync(
      join(folder, "next"),
      `#!${shell} ${option === "-c" ? "" : option}\n${command}\n`,
    );
    chmodSync(join(folder, "next"), 0o755);
  });
  afterAll(() => next[Symbol.dispose]());

  test("leads from an archive to two nodes behind a proxy, and to the next release", async () => {
    const output = await played(quickStart, {}, (text) =>
      text.replace("next=$(command -v signalbox)", `next=${join(folder, "next")}`),
    );
    for (const part of [
      ...[`signalbox ${version}`, '"alice"', '"iceServers":', "let in", "settings are reloaded"],
      ...["signalbox_connections", "closed           1", "signalbox 99.0.0 listens"],
    ])
      expect(output).toContain(part);
  }, 120_000);
});
