// Tries a server as a client would, step by step. A step that fails ends it, where the next ones need it.

import type { Finding } from "./finding.ts";
import { findIce } from "./ice.ts";
import { findCertificate, findName, findPort, findUpgrade } from "./reach.ts";
import { findIdle, findOpening, findPing, findRelay, Talk } from "./talk.ts";

/**
 * @param address `ws:` or `wss:`
 * @param token sent as `?token=`
 * @param idleSeconds for how long nothing is said; 0 for not trying that
 */
export async function* examine(
  address: URL,
  token: string | undefined,
  idleSeconds: number,
): AsyncGenerator<Finding> {
  const url = new URL(address);
  if (token !== undefined) url.searchParams.set("token", token);
  for (const step of [findName, findPort, findCertificate, findUpgrade]) {
    const finding = await step(url);
    yield finding;
    if (finding.state === "fail") return;
  }
  using talk = new Talk(url);
  const opening = await findOpening(talk);
  yield opening;
  if (opening.state === "fail") return;
  yield await findPing(talk);
  yield await findRelay(talk, url);
  for (const finding of await findIce(url, token)) yield finding;
  yield await findIdle(talk, idleSeconds);
}
