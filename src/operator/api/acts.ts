// What the admin API does.

import * as v from "valibot";
import { revocation, revocationForm } from "../../auth/revocations.ts";
import { badRequest, notFound, type Problem } from "../problem.ts";
import { missingIn } from "./ask.ts";
import * as q from "./questions.ts";
import { closingIn, idIn, noConnection, type Visit } from "./visit.ts";

/** Characters of the longest frame, as JSON: nodes pass it on in one message. */
const maxFrameLength = 50_000;

export async function closeConnection({ ask, params, body }: Visit) {
  const asked = { ...idIn(params["id"] ?? ""), closing: closingIn(body) };
  const { answers, missing } = await ask(q.kinds.closeConnection, asked, q.actAnswer);
  const closed = total(answers);
  return closed === 0 && missing.length === 0 ? noConnection : { closed, ...missingIn(missing) };
}

export async function closeTopic({ ask, params, body }: Visit) {
  const { protocol = "", topic: name = "" } = params;
  const asked = { protocol, name, closing: closingIn(body) };
  const { answers, missing } = await ask(q.kinds.closeTopic, asked, q.actAnswer);
  return { closed: total(answers), ...missingIn(missing) };
}

export async function broadcast({ ask, params, body }: Visit) {
  const { protocol = "", topic: name = "" } = params;
  const { frame } = v.parse(v.object({ frame: v.unknown() }), body);
  if (frame === undefined || frame === null) return badRequest("frame: what members are sent");
  const text = JSON.stringify(frame);
  if (text.length > maxFrameLength) return badRequest("frame: longer than 50,000 characters");
  const { answers, missing } = await ask(
    q.kinds.broadcast,
    { protocol, name, frame: text },
    q.actAnswer,
  );
  return { members: total(answers), ...missingIn(missing) };
}

/** Nobody stops all by leaving something out. */
const drainBody = v.union([v.object({ node: v.string() }), v.object({ all: v.literal(true) })]);

/** Stops a node, or all, as SIGTERM does: clients go to the others. */
export async function drain({ ask, body }: Visit) {
  const which = v.safeParse(drainBody, body);
  if (!which.success) return badRequest('body: {"node": id}, or {"all": true}');
  const asked = "node" in which.output ? which.output : {};
  const { answers, missing } = await ask(q.kinds.drain, asked, q.drainAnswer);
  const draining = [...answers].flatMap(([id, isMeant]) => (isMeant ? id : []));
  const isKnown = draining.length > 0 || missing.length > 0;
  return isKnown ? { draining, ...missingIn(missing) } : notFound("there is no such node");
}

/** Revokes one token, or all that a user was given before a time. */
export async function revoke({ body, revocations }: Visit): Promise<object> {
  const what = v.safeParse(revocation, body);
  if (!what.success) return badRequest(`body: ${revocationForm}`);
  if (revocations === undefined) return notRevoked("no JWT key is configured: no token is good");
  const added = await revocations.revoke(what.output);
  return added === "full"
    ? notRevoked("no more tokens can be revoked")
    : { revoked: true, isKept: added === "kept" };
}

const notRevoked = (detail: string): Problem => ({ status: 503, title: "Not revoked", detail });

/** What all nodes have done together. */
const total = (answers: ReadonlyMap<string, number>): number =>
  [...answers.values()].reduce((all, each) => all + each, 0);
