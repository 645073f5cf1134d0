// The list of what is in the executable, as CycloneDX 1.6: Bun, the packages whose code the source map names, and those
// that the pages are bundled from.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import manifest from "../../package.json";
import { root } from "./contents.ts";

interface Component {
  readonly type: "library" | "framework";
  readonly "bom-ref": string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly licenses: readonly { readonly license: { readonly id: string } }[];
}

/**
 * @param map the source map that the build has written beside the executable
 * @param seconds when the build was made, since 1970
 * @returns JSON, the same for the same build
 */
export async function sbomOf(map: string, seconds: number): Promise<string> {
  const { sources } = JSON.parse(map) as { readonly sources: readonly string[] };
  const folders = sources.flatMap(
    (path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? [],
  );
  const names = [...new Set([...folders, ...(await imported())])].sort();
  const { name, version, description } = manifest;
  const components = [bun(), ...names.map(componentOf)];
  const bom = {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: {
      timestamp: new Date(seconds * 1000).toISOString(),
      component: {
        type: "application",
        "bom-ref": `pkg:generic/${name}@${version}`,
        name,
        version,
        description,
        licenses: licensed(manifest.license),
      },
    },
    components,
    dependencies: [
      {
        ref: `pkg:generic/${name}@${version}`,
        dependsOn: components.map((component) => component["bom-ref"]),
      },
    ],
  };
  return `${JSON.stringify(bom, undefined, 2)}\n`;
}

/** Packages that some source imports by name: what macros bundle is in no source map. */
async function imported(): Promise<readonly string[]> {
  const scanners = {
    ts: new Bun.Transpiler({ loader: "ts" }),
    tsx: new Bun.Transpiler({ loader: "tsx" }),
  };
  const known = new Set([
    ...Object.keys(manifest.dependencies),
    ...Object.keys(manifest.devDependencies),
  ]);
  const paths = await Array.fromAsync(new Bun.Glob("src/**/*.{ts,tsx}").scan(root));
  return paths
    .flatMap((path) => {
      const scanner = path.endsWith(".tsx") ? scanners.tsx : scanners.ts;
      return scanner.scanImports(readFileSync(join(root, path), "utf8"));
    })
    .map(({ path }) => path.split("/", path.startsWith("@") ? 2 : 1).join("/"))
    .filter((name) => known.has(name));
}

function componentOf(folder: string): Component {
  const path = join(root, "node_modules", folder, "package.json");
  const { name, version, license = "NOASSERTION" } = JSON.parse(readFileSync(path, "utf8"));
  const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
  return { type: "library", "bom-ref": purl, name, version, purl, licenses: licensed(license) };
}

/** With the parts that it is made of, such as JavaScriptCore, which are not listed. */
function bun(): Component {
  const { bun: version } = manifest.devDependencies;
  const purl = `pkg:github/oven-sh/bun@bun-v${version}`;
  return {
    type: "framework",
    "bom-ref": purl,
    name: "bun",
    version,
    purl,
    licenses: licensed("MIT"),
  };
}

const licensed = (id: string) => [{ license: { id } }];
