// The project's documents as HTML, made while the program is built: a Bun macro, as in bundle.ts.

import { readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";

/** A heading with all that stands below it, up to the next one. */
export interface Section {
  /** The heading's name in addresses; empty for what comes before the first heading. */
  readonly anchor: string;
  readonly title: string;
  /** Without any markup. */
  readonly text: string;
}

export interface Document {
  /** Where it is served: `/docs/protocols/topics`. */
  readonly path: `/${string}`;
  readonly title: string;
  /** Under which title the list of documents has it; empty for the one that comes first. */
  readonly group: string;
  readonly html: string;
  readonly sections: readonly Section[];
}

type Place = readonly [file: string, path: Document["path"], group: string];

const root = resolve(import.meta.dir, "../../..");

/** Documents that are not in docs/, by their file, with where they are served. */
const elsewhere: readonly Place[] = [
  ["README.md", "/docs", ""],
  ["SECURITY.md", "/docs/security", "Guides"],
  ["CONTRIBUTING.md", "/docs/contributing", "More"],
  ["src/README.md", "/docs/architecture", "More"],
  ["src/protocols/README.md", "/docs/adding-a-protocol", "More"],
  ["src/bench/README.md", "/docs/load-generator", "More"],
  ["src/cluster/README.md", "/docs/between-nodes", "More"],
  ["CHANGELOG.md", "/docs/changelog", "More"],
];

/** All documents, in the order in which they are listed. */
export function documents(): readonly Document[] {
  const files = [...new Bun.Glob("docs/**/*.md").scanSync({ cwd: root })].map((file): Place => {
    const group = file.startsWith("docs/protocols/") ? "Protocols" : "Guides";
    return [file, `/${file.replace(/\.md$/, "")}`, group];
  });
  const all = [...elsewhere, ...files];
  const pathOf = new Map(all.map(([file, path]) => [file, path]));
  const groups = ["", "Guides", "Protocols", "More"];
  return all
    .map(([file, path, group]) => documentOf(file, path, group, pathOf))
    .toSorted(
      (a, b) =>
        groups.indexOf(a.group) - groups.indexOf(b.group) || a.title.localeCompare(b.title, "en"),
    );
}

function documentOf(
  file: string,
  path: Document["path"],
  group: string,
  pathOf: ReadonlyMap<string, string>,
): Document {
  const markdown = readFileSync(join(root, file), "utf8");
  const made = Bun.markdown.html(markdown, { headings: { ids: true } });
  const html = linked(made.replaceAll(/<!--.*?-->\n?/gs, ""), file, pathOf);
  const sections = sectionsOf(html);
  return { path, group, title: sections[0]?.title ?? file, html, sections };
}

/** Leads links between documents to where those are served, and takes away those to other files. */
function linked(html: string, file: string, pathOf: ReadonlyMap<string, string>): string {
  const rewriter = new HTMLRewriter().on("a", {
    element(link) {
      const href = link.getAttribute("href") ?? "";
      if (/^(?:[a-z]+:|#)/.test(href)) return;
      const [to = "", anchor] = href.split("#");
      const target = relative(root, resolve(root, file, "..", to));
      const path = target.endsWith(".asyncapi.json") ? `/${target}` : pathOf.get(target);
      if (path === undefined) link.removeAndKeepContent();
      else link.setAttribute("href", anchor === undefined ? path : `${path}#${anchor}`);
    },
  });
  rewriter.on("img", {
    element(image) {
      const shown = relative(root, resolve(root, file, "..", image.getAttribute("src") ?? ""));
      if (shown.endsWith(".svg")) image.setAttribute("src", `/${shown}`);
      else image.remove();
    },
  });
  // A wide table is scrolled by itself.
  rewriter.on("table", {
    element(table) {
      table.before('<div class="wide" tabindex="0">', { html: true });
      table.after("</div>", { html: true });
    },
  });
  return rewriter.transform(html);
}

/** Descriptions of protocols for programs, by where they are served. */
export function programDescriptions(): readonly (readonly [
  path: Document["path"],
  json: string,
])[] {
  const files = [...new Bun.Glob("docs/**/*.asyncapi.json").scanSync({ cwd: root })];
  return files.map((file) => [`/${file}`, readFileSync(join(root, file), "utf8")]);
}

/** The drawings of the documents, by where they are served. Photographs would make the executable large. */
export function drawings(): readonly (readonly [path: Document["path"], svg: string])[] {
  const files = [...new Bun.Glob("docs/**/*.svg").scanSync({ cwd: root })];
  return files.map((file) => [`/${file}`, readFileSync(join(root, file), "utf8")]);
}

const entities: Readonly<Record<string, string>> = {
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&amp;": "&",
};

const textOf = (html: string): string =>
  html
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll(/&(?:lt|gt|quot|amp);/g, (entity) => entities[entity] ?? entity)
    .replaceAll(/\s+/g, " ")
    .trim();

function sectionsOf(html: string): readonly Section[] {
  const [before = "", ...rest] = html.split(/<h[1-4] id="/);
  const sections = rest.map((part) => {
    const [, anchor = "", title = "", body = ""] =
      /^([^"]*)">(.*?)<\/h[1-4]>(.*)$/s.exec(part) ?? [];
    return { anchor, title: textOf(title), text: textOf(body) };
  });
  const opening = textOf(before);
  return opening === "" ? sections : [{ anchor: "", title: "", text: opening }, ...sections];
}
