// What the hosting service is told: the workflow runs what there is, and issues ask for what helps.

import { expect, test } from "bun:test";
import { commands } from "../../src/cli/commands.ts";
import { documentAt } from "../support/documents.ts";

interface Step {
  readonly run?: string;
  readonly with?: { readonly "node-version"?: number };
}

interface Workflow {
  readonly jobs: Readonly<
    Record<string, { readonly container?: string; readonly steps: readonly Step[] }>
  >;
}

const workflow = Bun.YAML.parse(await documentAt(".github/workflows/check.yml")) as Workflow;
const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);

test("the workflow checks, tests and releases by what the Makefile has", async () => {
  const makefile = await documentAt("Makefile");
  const targets = steps.flatMap(({ run = "" }) => /^make (\S+)/.exec(run)?.[1] ?? []);
  expect(targets).toEqual(["check", "test", "release"]);
  expect(targets.filter((target) => !new RegExp(`^${target}:`, "m").test(makefile))).toEqual([]);
  // What release writes is what is given to others.
  expect(makefile).toContain("dist/release");
  expect(steps.some(({ run }) => run?.includes("dist/release/*"))).toBe(true);
});

test("the workflow has the Node that README asks for", async () => {
  const [, asked] = /make, Node (\d+) and npm/.exec(await documentAt("README.md")) ?? [];
  const images = Object.values(workflow.jobs).flatMap(({ container }) => container ?? []);
  expect(images).toEqual([`node:${asked}-bookworm`]);
  const versions = steps.flatMap((step) => step.with?.["node-version"] ?? []);
  expect(versions.map(String)).toEqual([asked ?? ""]);
});

test("a report of a fault asks for what commands print that there are", async () => {
  const template = await documentAt(".github/ISSUE_TEMPLATE/fault.yml");
  const asked = Array.from(template.matchAll(/`signalbox (\w+)/g), ([, name = ""]) => name);
  expect(asked).toEqual(["version", "doctor", "config"]);
  const names = commands.map(({ name }) => name);
  expect(asked.filter((name) => !names.includes(name))).toEqual([]);
});
