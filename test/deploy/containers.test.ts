// The files for containers. No container runs in these tests: what the files say of the server is compared with the code.

import { expect, test } from "bun:test";
import { join } from "node:path";
import { commands } from "../../src/cli/commands.ts";
import { options } from "../../src/cli/serve-options.ts";
import { variableOf } from "../../src/options/option.ts";
import { port } from "../../src/server/options.ts";
import { root } from "../support/paths.ts";
import { ServerProcess } from "../support/server-process.ts";

const textOf = (path: string): Promise<string> => Bun.file(join(root, path)).text();

interface Container {
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
}

interface Manifest {
  readonly kind: string;
  readonly spec: {
    readonly template?: { readonly spec: { readonly containers: readonly Container[] } };
  };
}

const manifests = Bun.YAML.parse(await textOf("deploy/kubernetes.yml")) as readonly Manifest[];
const compose = await textOf("deploy/docker-compose.yml");
const { services } = Bun.YAML.parse(compose) as {
  readonly services: Readonly<
    Record<string, { readonly environment?: object; readonly read_only?: boolean }>
  >;
};
const nodes = ["node1", "node2", "node3"];

test("each variable in them is an option's", () => {
  const containers = manifests.flatMap(({ spec }) => spec.template?.spec.containers ?? []);
  const names = [
    ...containers.flatMap(({ env }) => env.map(({ name }) => name)),
    ...nodes.flatMap((name) => Object.keys(services[name]?.environment ?? {})),
  ];
  const known = new Set(options.map(variableOf));
  expect(names.length).toBeGreaterThan(5);
  expect(names.filter((name) => !known.has(name))).toEqual([]);
});

test("Kubernetes has the nodes, a service, one for each node alone, and a budget", () => {
  expect(manifests.map(({ kind }) => kind)).toEqual([
    "Deployment",
    "Service",
    "Service",
    "PodDisruptionBudget",
  ]);
  const [container] = manifests[0]?.spec.template?.spec.containers ?? [];
  expect(container?.ports).toEqual([
    { name: "http", containerPort: port.default },
    { name: "operators", containerPort: port.default + 1000 },
  ]);
});

test("its probes ask for what the server answers", async () => {
  const text = await textOf("deploy/kubernetes.yml");
  const paths = new Set(Array.from(text.matchAll(/path: (\/\w+), port/g), ([, path]) => path));
  expect([...paths]).toEqual(["/livez", "/readyz"]);
  await using server = await ServerProcess.start();
  for (const path of paths) expect((await fetch(new URL(`${path}`, server.url))).status).toBe(200);
});

test("Caddy and nginx lead to the nodes of the compose file", async () => {
  for (const path of ["deploy/Caddyfile", "deploy/nginx.conf"]) {
    const named = new Set((await textOf(path)).match(/\bnode\d:\d+/g));
    expect([...named]).toEqual(nodes.map((name) => `${name}:${port.default}`));
  }
  expect(nodes.filter((name) => services[name]?.read_only !== true)).toEqual([]);
});

test("the image runs the server, as nobody, and asks for its health by a command that is there", async () => {
  const text = await textOf("Dockerfile");
  expect(text).toContain("FROM gcr.io/distroless/base-debian12:nonroot");
  const [, command] = /CMD \["\/usr\/bin\/signalbox", "(\w+)"\]/.exec(text) ?? [];
  expect(commands.map(({ name }) => name)).toContain(`${command}`);
  expect(text).toContain(`EXPOSE ${port.default}\n`);
});
