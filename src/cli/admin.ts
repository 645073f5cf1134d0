// `signalbox admin`: asks the operators' port of a server, and acts by it. Tables for people, --json for machines.

import { adminHost, adminPort, adminToken } from "../operator/options.ts";
import { configFile } from "../options/config-file.ts";
import {
  boolean,
  fileWith,
  integer,
  type Option,
  type OptionGroup,
  type Settings,
  text,
} from "../options/option.ts";
import { askAdmin } from "./ask-admin.ts";
import type { Command } from "./command.ts";
import { UsageError } from "./exit.ts";
import { print } from "./print.ts";
import { type TableRow, table } from "./table.ts";

const flag = (name: string, placeholder: string, help: string): Option<string | undefined> => ({
  name,
  placeholder,
  schema: text(),
  default: undefined,
  help,
});

const onOff = (name: string, help: string): Option<boolean> => ({
  name,
  placeholder: "boolean",
  schema: boolean(),
  default: false,
  help,
});

const protocol = flag("protocol", "name", "topics, connections: of this protocol only");
const prefix = flag("prefix", "text", "topics: those whose names begin like this");
const user = flag("user", "id", "connections, revoke: of this user, the sub of tokens");
const after = flag("after", "text", "topics, connections: the page after this one");
const reason = flag("reason", "text", "kick, close: what clients are told");
const slow = onOff("slow", "connections: those that do not read");
const json = onOff("json", "print what the server answers, as JSON");
const limit: Option<number> = {
  name: "limit",
  placeholder: "number",
  schema: integer(1, 1000),
  default: 100,
  help: "topics, connections: length of a page",
};

const groups: readonly OptionGroup[] = [
  {
    name: "admin",
    title: "Options",
    options: [protocol, prefix, user, slow, after, limit, reason, json],
    isFlagsOnly: true,
  },
  {
    name: "port",
    title: "As the server has them",
    options: [configFile, adminPort, adminHost, adminToken, fileWith(adminToken)],
  },
];

/** Where the operators' port is if nothing else is said. */
const usualPort = 9081;

interface Asked {
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
  readonly body?: object;
}

interface Action {
  /** The words after its name. */
  readonly words: readonly string[];
  readonly asks: (settings: Settings, words: readonly string[]) => Asked;
}

const encoded = encodeURIComponent;

const page = (settings: Settings, of: readonly Option<string | undefined>[]): URLSearchParams =>
  new URLSearchParams({
    limit: `${settings(limit)}`,
    ...Object.fromEntries(
      of.flatMap((option) => {
        const value = settings(option);
        return value === undefined ? [] : [[option.name, value]];
      }),
    ),
  });

const closing = (settings: Settings): object => {
  const text = settings(reason);
  return text === undefined ? {} : { reason: text };
};

const actions: Readonly<Record<string, Action>> = {
  stats: { words: [], asks: () => ({ method: "GET", path: "/stats" }) },
  nodes: { words: [], asks: () => ({ method: "GET", path: "/nodes" }) },
  topics: {
    words: [],
    asks: (settings) => ({
      method: "GET",
      path: `/topics?${page(settings, [protocol, prefix, after])}`,
    }),
  },
  connections: {
    words: [],
    asks: (settings) => {
      const query = page(settings, [protocol, user, after]);
      if (settings(slow)) query.set("slow", "true");
      return { method: "GET", path: `/connections?${query}` };
    },
  },
  kick: {
    words: ["connection"],
    asks: (settings, [id = ""]) => ({
      method: "DELETE",
      path: `/connections/${encoded(id)}`,
      body: closing(settings),
    }),
  },
  close: {
    words: ["protocol", "topic"],
    asks: (settings, [of = "", topic = ""]) => ({
      method: "DELETE",
      path: `/topics/${encoded(of)}/${encoded(topic)}`,
      body: closing(settings),
    }),
  },
  drain: {
    words: ["node or all"],
    asks: (_, [node = ""]) => ({
      method: "POST",
      path: "/drain",
      body: node === "all" ? { all: true } : { node },
    }),
  },
  revoke: {
    words: ["jti"],
    asks: (_, [jti = ""]) => ({ method: "POST", path: "/revocations", body: { jti } }),
  },
};

const names = Object.keys(actions);

export const admin: Command = {
  name: "admin",
  summary:
    "show what goes on at a server, or act on it: stats, nodes, topics, connections, kick <connection>, close <protocol> <topic>, drain <node> or drain all, revoke <jti>",
  groups,
  words: {
    usage: "<action> [name...]",
    known: names,
    takes: () => true,
  },
  async run({ settings, words: [name = "", ...words] }) {
    const action = actions[name];
    if (action === undefined)
      throw new UsageError([`admin needs one of ${names.join(", ")}, not "${name}"`]);
    const asked = asksOf(settings, name, action, words);
    const answer = await askAdmin({
      host: settings(adminHost),
      port: settings(adminPort) ?? usualPort,
      token: settings(adminToken),
      ...asked,
    });
    if (settings(json)) return print(JSON.stringify(answer));
    print(shownOf(answer));
  },
};

/** All tokens of a user are revoked by `revoke --user`, without a word. */
function asksOf(settings: Settings, name: string, action: Action, words: readonly string[]): Asked {
  const sub = settings(user);
  if (name === "revoke" && sub !== undefined && words.length === 0) {
    const before = Math.floor(Date.now() / 1000) + 1;
    return { method: "POST", path: "/revocations", body: { sub, before } };
  }
  if (words.length === action.words.length) return action.asks(settings, words);
  throw new UsageError([`admin ${name} takes ${action.words.join(" and ") || "no more words"}`]);
}

/** The list of an answer as a table, and what else it says below. */
function shownOf(answer: Readonly<Record<string, unknown>>): string {
  const lists = Object.values(answer).filter(
    (value): value is readonly TableRow[] =>
      Array.isArray(value) && value.every((row) => typeof row === "object"),
  );
  const { missing, next, ...others } = answer;
  const rows = Object.entries(others)
    .map(([what, value]) => [what, Array.isArray(value) ? value.join(", ") : value] as const)
    .filter(([, value]) => typeof value !== "object");
  return [
    ...(lists.length === 0 ? [] : lists.map(table)),
    ...(lists.length > 0 ? [] : rows.map(([what, value]) => `${what.padEnd(16)} ${value}`)),
    ...(typeof next === "string" ? [`more: --after ${JSON.stringify(next)}`] : []),
    ...(Array.isArray(missing) ? [`these nodes did not answer: ${missing.join(", ")}`] : []),
  ].join("\n");
}
