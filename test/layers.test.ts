// The direction of the house, which src/README.md draws: who may import whom, and who may know what.

import { describe, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { posix } from "node:path";
import { Glob } from "bun";
import { root } from "./support/paths.ts";

interface Source {
  /** Where it is in src, with a slash in front. */
  readonly path: string;
  readonly text: string;
}

/** What in a file breaks a rule. */
type Rule = (source: Source) => readonly string[];

const maxLines = 220;

/** Comments, strings, templates and regular expressions. */
const token =
  /\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\[\s\S]|[^`\\])*`|(?<=[=(,:[!&|?{};+*<>-]\s*)\/(?:\\.|\[(?:\\.|[^\]\n])*\]|[^/\\\n])+\//g;

/** What runs: the text without its tokens, but with what templates compute. */
const codeOf = (text: string): string =>
  text.replaceAll(token, (found) =>
    found.startsWith("`") ? [...found.matchAll(/\$\{[^}]*\}/g)].join(" ") : " ",
  );

/** Files of the project with a slash in front, packages by name. */
function importsOf({ path, text }: Source): readonly string[] {
  const code = text.replaceAll(token, (found) => (/^["']/.test(found) ? found : " "));
  const imports = code.matchAll(/\b(?:from|import)\s*\(?\s*["']([^"']+)["']/g);
  return [...imports].map(([, name = ""]) =>
    name.startsWith(".") ? posix.join(posix.dirname(path), name) : name,
  );
}

const isCore = (path: string): boolean => path.startsWith("/core/");
const isAuth = (path: string): boolean => path.startsWith("/auth/");
const isCluster = (path: string): boolean => path.startsWith("/cluster/");
const isProtocol = (path: string): boolean => path.startsWith("/protocols/");

/** Of protocols/, the contract, the list, and what all of them read with. */
const contract = "/protocols/protocol.ts";
const list = "/protocols/protocols.ts";
const json = "/protocols/json.ts";
const jsonScan = "/protocols/json-scan.ts";

/** A protocol is a file, or a folder whose files are its own. */
const isSameProtocol = (path: string, name: string): boolean =>
  isProtocol(name) &&
  posix.dirname(path) !== "/protocols" &&
  posix.dirname(path) === posix.dirname(name);

function mayImport(path: string, name: string): boolean {
  if (name === "/main.ts" || name === "node:process") return false;
  if (name === "/server.ts") return path === "/serve.ts";
  if (name === "ioredis") return path.startsWith("/cluster/");
  if (isCore(path)) return isCore(name) || name === "ulid";
  if (isAuth(path))
    return isAuth(name) || isCore(name) || name === "/option.ts" || !name.startsWith("/");
  if (isCluster(path))
    return isCluster(name) || isCore(name) || name === "/option.ts" || !name.startsWith("/");
  if (isCluster(name)) return ["/server.ts", "/config.ts", "/serve.ts"].includes(path);
  if (path === list) return isProtocol(name);
  if (name === jsonScan) return path === json;
  if (isProtocol(path))
    return (
      isSameProtocol(path, name) ||
      [contract, json, "/option.ts"].includes(name) ||
      isCore(name) ||
      isAuth(name) ||
      !name.startsWith("/")
    );
  return !isProtocol(name) || name === contract || name === list;
}

/** A rule that some code is in some files only. */
const onlyIn =
  (isAllowed: (path: string) => boolean, code: RegExp): Rule =>
  ({ path, text }) =>
    isAllowed(path) ? [] : (codeOf(text).match(code) ?? []).map((found) => found.trim());

const knowsProcess = onlyIn(
  (path) =>
    ["/main.ts", "/config.ts", "/serve.ts", "/ending.ts", "/pages/bundle.ts"].includes(path),
  /(?<![\w$#.])process\s*(?:\?\.|\.|\[)|\bglobalThis\s*\.\s*process\b|\}\s*=\s*process\b|\bBun\s*\.\s*(?:env|argv)\b|import\.meta\.env\b/g,
);

const rules = {
  direction: (source) =>
    importsOf(source)
      .filter((name) => !mayImport(source.path, name))
      .map((name) => `imports ${name}`),

  "only the server, and the yardstick that it is measured by, knows Bun's sockets": onlyIn(
    (path) => path === "/server.ts" || path.startsWith("/bench/"),
    /\bServerWebSocket\b|\bBun\s*\.\s*serve\b/g,
  ),

  // pages/bundle.ts runs in the bundler: of it, nothing but the text that it returns is in the program.
  "only the command line knows the process": (source) =>
    // A file with a `process` of its own cannot mean the global one.
    /\bconst process\b/.test(codeOf(source.text)) ? [] : knowsProcess(source),

  // A style sheet is a list: its length says nothing.
  "a file is one idea": ({ path, text }) => {
    if (path.endsWith(".css")) return [];
    const lines = text.trimEnd().split("\n").length;
    return lines > maxLines ? [`has ${lines} lines`] : [];
  },
} satisfies Record<string, Rule>;

const names = Object.keys(rules) as (keyof typeof rules)[];

async function sources(): Promise<readonly Source[]> {
  const paths = [...new Glob("**/*.{ts,js,css,html}").scanSync(`${root}/src`)].toSorted();
  return Promise.all(
    paths.map(async (path) => ({
      path: `/${path}`,
      text: await Bun.file(`${root}/src/${path}`).text(),
    })),
  );
}

describe("in src", () => {
  test.each(names)("the rule holds: %s", async (name) => {
    const all = await sources();
    const broken = all.flatMap((source) =>
      rules[name](source).map((problem) => `${source.path} ${problem}`),
    );
    expect([all.length > 0, broken]).toEqual([true, []]);
  });

  test("the map names every folder and file at the top", async () => {
    const map = await Bun.file(`${root}/src/README.md`).text();
    const entries = readdirSync(`${root}/src`, { withFileTypes: true })
      .filter(({ name }) => name !== "README.md")
      .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name));
    expect(unnamed(map, entries)).toEqual([]);
  });
});

const unnamed = (map: string, entries: readonly string[]): readonly string[] =>
  entries.filter((entry) => {
    const escaped = entry.replaceAll(".", "\\.");
    return !new RegExp(`(?<![\\w./-])${escaped}(?!\\.?[\\w-])`).test(map);
  });

describe("the rules find", () => {
  test.each([
    ["/core/hub.ts", 'import { a } from "../http/health.ts";', "imports /http/health.ts"],
    ["/core/hub.ts", 'import type { A } from "../option.ts";', "imports /option.ts"],
    ["/core/hub.ts", 'import * as v from "valibot";', "imports valibot"],
    ["/core/hub.ts", 'import "node:fs";', "imports node:fs"],
    ["/core/hub.ts", 'const a = await import("../server.ts");', "imports /server.ts"],
    [
      "/core/hub.ts",
      'import {\n  a,\n} from "../protocols/topic.ts";',
      "imports /protocols/topic.ts",
    ],
    ["/protocols/room.ts", 'import { a } from "./topic.ts";', "imports /protocols/topic.ts"],
    [
      "/protocols/room.ts",
      'import { a } from "./protocols.ts";',
      "imports /protocols/protocols.ts",
    ],
    ["/protocols/room.ts", 'export { a } from "../config.ts";', "imports /config.ts"],
    [
      "/protocols/peerjs/realm.ts",
      'import { a } from "../session/wire.ts";',
      "imports /protocols/session/wire.ts",
    ],
    ["/protocols/json.ts", 'import { a } from "./topic.ts";', "imports /protocols/topic.ts"],
    ["/protocols/protocols.ts", 'import { a } from "../config.ts";', "imports /config.ts"],
    ["/server.ts", 'import { topic } from "./protocols/topic.ts";', "imports /protocols/topic.ts"],
    [
      "/bench/run.ts",
      'import { topic } from "../protocols/topic.ts";',
      "imports /protocols/topic.ts",
    ],
    ["/http/answer.ts", 'import { Server } from "../server.ts";', "imports /server.ts"],
    ["/server.ts", 'import { Redis } from "ioredis";', "imports ioredis"],
    ["/auth/tokens.ts", 'import { a } from "../config.ts";', "imports /config.ts"],
    ["/core/peer.ts", 'import { a } from "../auth/tokens.ts";', "imports /auth/tokens.ts"],
    ["/cluster/redis.ts", 'import { a } from "../http/health.ts";', "imports /http/health.ts"],
    ["/http/health.ts", 'import { a } from "../cluster/redis.ts";', "imports /cluster/redis.ts"],
  ])("an import against the direction: %s, %s", (path, text, problem) => {
    expect(rules.direction({ path, text })).toEqual([problem]);
  });

  test.each([
    ["/core/hub.ts", 'import { a } from "./topic.ts";\nimport { ulid } from "ulid";'],
    ["/core/hub.ts", '// import { a } from "../server.ts"\nconst a = `import "../server.ts"`;'],
    ["/protocols/room.ts", 'import { a } from "../core/hub.ts";\nimport * as v from "valibot";'],
    ["/protocols/room.ts", 'import { a } from "./json.ts";\nimport { b } from "../option.ts";'],
    ["/protocols/peerjs/realm.ts", 'import { a } from "./wire.ts";'],
    ["/protocols/protocols.ts", 'import { topic } from "./topic.ts";'],
    ["/config.ts", 'import { protocols } from "./protocols/protocols.ts";'],
    ["/serve.ts", 'import { SignalServer } from "./server.ts";\nimport a from "../package.json";'],
    ["/auth/tokens.ts", 'import { jwtVerify } from "jose";\nimport { a } from "../option.ts";'],
    ["/protocols/room/room.ts", 'import { a } from "../../auth/tokens.ts";'],
    ["/cluster/redis.ts", 'import { Redis } from "ioredis";'],
  ])("nothing where the direction is right: %s, %s", (path, text) => {
    expect(rules.direction({ path, text })).toEqual([]);
  });

  test("code that knows the process, and no mention of it", () => {
    const rule = rules["only the command line knows the process"];
    const text = `
      // process.env
      const a = process.env["A"] ?? "process.argv" + 'process.exit()';
      const b = \`process.env \${process?.env} //\` + /"/.test("process.env") + process ["pid"];
      const c = this.#process.kill() + child.process.pid + subprocess.pid + /* process.env */ Bun.env["C"];
      const { env } = process, { pid } = globalThis.process;`;
    expect([rule({ path: "/server.ts", text }), rule({ path: "/main.ts", text })]).toEqual([
      ["process.", "process?.", "process [", "Bun.env", "} = process", "globalThis.process"],
      [],
    ]);
  });

  test("Bun's sockets outside of the server", () => {
    const rule =
      rules["only the server, and the yardstick that it is measured by, knows Bun's sockets"];
    const text = 'import type { ServerWebSocket } from "bun";\nBun.serve({}); // Bun.serve';
    expect(["/core/socket.ts", "/server.ts"].map((path) => rule({ path, text }))).toEqual([
      ["ServerWebSocket", "Bun.serve"],
      [],
    ]);
  });

  test("a file that is too long", () => {
    const files = [220, 221].map((lines) => ({ path: "/a.ts", text: "line\n".repeat(lines) }));
    expect(files.map(rules["a file is one idea"])).toEqual([[], ["has 221 lines"]]);
  });

  test("what a map does not name", () => {
    const map = "main.ts    the command line\ncore/   who is where; see http/\n  settings.ts.bak";
    expect(
      unnamed(map, ["main.ts", "core/", "http/", "settings.ts", "ain.ts", "cluster/"]),
    ).toEqual(["settings.ts", "ain.ts", "cluster/"]);
  });
});
