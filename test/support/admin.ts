// A client of the admin API.

import type { ServerProcess } from "./server-process.ts";

export const adminToken = "a token of operators";

/** Variables of a server whose operators have this token. */
export const adminEnvironment = { ADMIN_TOKEN: adminToken };

export interface Replied {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: each test knows the shape of its answers.
  readonly body: any;
}

/** @param path below `/api/v1` */
export async function admin(
  { operators }: Pick<ServerProcess, "operators">,
  method: string,
  path: string,
  body?: unknown,
): Promise<Replied> {
  const Authorization = `Basic ${Buffer.from(`:${adminToken}`).toString("base64")}`;
  const response = await fetch(new URL(`/api/v1${path}`, operators), {
    method,
    headers: { Authorization },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
}
