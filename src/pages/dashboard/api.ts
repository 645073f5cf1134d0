// Asks the admin API of this port. A refusal is thrown in the server's words.

export interface TopicRow {
  readonly protocol: string;
  readonly name: string;
  readonly members: number;
}

export interface MemberRow {
  readonly id: string;
  readonly connection: string;
  readonly user?: string;
}

export interface ConnectionRow {
  readonly id: string;
  readonly node: string;
  readonly protocol: string;
  readonly user?: string;
  readonly silentSeconds: number;
  readonly slowSeconds?: number;
  readonly queuedFrames: number;
  readonly queuedBytes: number;
}

/** A page of a list. `next` is there if there may be more. */
interface ListPage {
  readonly next?: string;
  readonly missing?: readonly string[];
}

export type Topics = ListPage & { readonly topics: readonly TopicRow[] };
export type Members = ListPage & { readonly members: readonly MemberRow[]; readonly count: number };
export type Connections = ListPage & { readonly connections: readonly ConnectionRow[] };

/** @param query what is empty is left out */
export const read = <Answer>(path: string, query: Record<string, string> = {}): Promise<Answer> => {
  const given = Object.entries(query).filter(([, value]) => value !== "");
  return ask(given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`);
};

export const closeConnection = (id: string): Promise<unknown> =>
  ask(`/connections/${encodeURIComponent(id)}`, "DELETE");

export const closeTopic = ({ protocol, name }: TopicRow): Promise<unknown> =>
  ask(pathOf({ protocol, name }), "DELETE");

export const pathOf = ({ protocol, name }: Pick<TopicRow, "protocol" | "name">): string =>
  `/topics/${encodeURIComponent(protocol)}/${encodeURIComponent(name)}`;

async function ask<Answer>(path: string, method = "GET"): Promise<Answer> {
  const response = await fetch(`/api/v1${path}`, { method }).catch(() => {
    throw new Error("the server cannot be reached");
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.detail ?? answer.title);
  return answer;
}
