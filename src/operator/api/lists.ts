// What the admin API shows.

import * as v from "valibot";
import { notFound } from "../problem.ts";
import { type Ask, missingIn } from "./ask.ts";
import * as q from "./questions.ts";
import { byCodeUnits, idIn, limitIn, nextIn, noConnection, textsIn, type Visit } from "./visit.ts";

type AboutNode = v.InferOutput<typeof q.nodeAnswer>;

export async function nodes(ask: Ask) {
  const { answers, missing } = await ask(q.kinds.node, {}, q.nodeAnswer);
  return { nodes: listed(answers), ...missingIn(missing) };
}

/** All of it at once, for whoever looks at it every second. */
export async function overview(ask: Ask) {
  const { answers, missing } = await ask(q.kinds.node, {}, q.nodeAnswer);
  const all = [...answers.values()];
  return {
    nodes: listed(answers),
    protocols: named(byProtocol(all)),
    refusals: all.map(({ refusals }) => refusals).reduce(added, {}),
    closes: all.map(({ closes }) => closes).reduce(added, {}),
    faults: all.reduce((total, { faults }) => total + faults, 0),
    ...missingIn(missing),
  };
}

const listed = (answers: ReadonlyMap<string, AboutNode>) =>
  [...answers].map(([id, about]) => {
    const { version, host, startedAt, isReady, connections, topics, slowPeers } = about;
    return { id, version, host, startedAt, isReady, connections, topics, slowPeers };
  });

const named = (protocols: ReadonlyMap<string, Record<string, number>>) =>
  [...protocols].map(([name, of]) => ({ name, ...of }));

/** The figures of all nodes together. */
function byProtocol(nodes: Iterable<AboutNode>): ReadonlyMap<string, Record<string, number>> {
  const all = new Map<string, Record<string, number>>();
  for (const { protocols: own } of nodes)
    for (const [name, of] of Object.entries(own)) all.set(name, added(all.get(name) ?? {}, of));
  return all;
}

async function figures(ask: Ask) {
  const { answers, missing } = await ask(q.kinds.node, {}, q.nodeAnswer);
  return { all: byProtocol(answers.values()), missing, nodes: answers.size };
}

export async function stats(ask: Ask) {
  const { all, missing, nodes: count } = await figures(ask);
  const total = [...all.values()].reduce<Record<string, number>>(added, {});
  return { nodes: count, ...total, protocols: Object.fromEntries(all), ...missingIn(missing) };
}

export async function protocols(ask: Ask) {
  const { all, missing } = await figures(ask);
  return { protocols: named(all), ...missingIn(missing) };
}

export async function topics({ ask, query }: Visit) {
  const asked = v.parse(q.topicsQuestion, {
    ...textsIn(query, "protocol", "prefix", "after"),
    limit: limitIn(query),
  });
  const { answers, missing } = await ask(q.kinds.topics, asked, q.topicsAnswer);
  const byKey = new Map<string, v.InferOutput<typeof q.topicsAnswer>[number]>();
  for (const each of [...answers.values()].flat()) {
    const key = `${each.protocol}/${each.name}`;
    const known = byKey.get(key)?.members ?? 0;
    byKey.set(key, { ...each, members: known + each.members });
  }
  const keys = [...byKey.keys()].toSorted(byCodeUnits);
  const page = keys.slice(0, asked.limit);
  return {
    topics: page.map((key) => byKey.get(key)),
    ...nextIn(page.length === asked.limit ? page.at(-1) : undefined),
    ...missingIn(missing),
  };
}

export async function members({ ask, params, query }: Visit) {
  const { protocol = "", topic: name = "" } = params;
  const asked = v.parse(q.membersQuestion, {
    protocol,
    name,
    ...textsIn(query, "after"),
    limit: limitIn(query),
  });
  const { answers, missing } = await ask(q.kinds.members, asked, q.membersAnswer);
  const count = [...answers.values()].reduce((total, each) => total + each.count, 0);
  if (count === 0 && missing.length === 0) return notFound("the topic has no members");
  const all = [...answers.values()].flatMap((each) => each.members);
  const page = all.toSorted((a, b) => byCodeUnits(a.id, b.id)).slice(0, asked.limit);
  return {
    protocol,
    name,
    count,
    members: page,
    ...nextIn(page.length === asked.limit ? page.at(-1)?.id : undefined),
    ...missingIn(missing),
  };
}

export async function connections({ ask, query }: Visit) {
  const after = query.get("after");
  const asked = v.parse(q.connectionsQuestion, {
    ...textsIn(query, "protocol", "user"),
    ...(query.get("slow") === "true" ? { slow: true } : {}),
    ...(after === null ? {} : { after: idIn(after) }),
    limit: limitIn(query),
  });
  const { answers, missing } = await ask(q.kinds.connections, asked, q.connectionsAnswer);
  const inOrder = [...answers].toSorted(([a], [b]) => byCodeUnits(a, b));
  const page = inOrder.flatMap(([, own]) => own).slice(0, asked.limit);
  return {
    connections: page,
    ...nextIn(page.length === asked.limit ? page.at(-1)?.id : undefined),
    ...missingIn(missing),
  };
}

export async function connection({ ask, params }: Visit) {
  const which = idIn(params["id"] ?? "");
  const { answers } = await ask(q.kinds.connection, which, q.connectionAnswer);
  return [...answers.values()].find((answer) => answer !== null) ?? noConnection;
}

function added(to: Readonly<Record<string, number>>, more: Readonly<Record<string, number>>) {
  const sum: Record<string, number> = { ...to };
  for (const [name, value] of Object.entries(more)) sum[name] = (sum[name] ?? 0) + value;
  return sum;
}
