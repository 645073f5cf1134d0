// Whether the STUN and TURN servers that the server names answer.

import { createSocket } from "node:dgram";
import { type Finding, msSince, problemOf } from "./finding.ts";

/** Milliseconds to wait for an answer. */
const answerMs = 3000;

/** RFC 8489, section 5. */
const magicCookie = 0x2112a442;
const bindingRequest = 0x0001;

/** @returns a finding for each server, or one that says why there is none */
export async function findIce(url: URL, token: string | undefined): Promise<readonly Finding[]> {
  const what = "ICE";
  const at = new URL("/webrtc/config", url);
  at.protocol = url.protocol === "wss:" ? "https:" : "http:";
  if (token === undefined) return [{ state: "skip", what, text: "needs --token" }];
  try {
    const headers = { Authorization: `Bearer ${token}` };
    const response = await fetch(at, { headers, signal: AbortSignal.timeout(answerMs) });
    if (!response.ok)
      return [{ state: "skip", what, text: `${at.pathname} answers ${response.status}` }];
    const urls = urlsIn(await response.json());
    if (urls.length === 0)
      return [{ state: "skip", what, text: "the server names no STUN or TURN servers" }];
    return await Promise.all(urls.map(askServer));
  } catch (error) {
    return [{ state: "fail", what, text: `${at.pathname}: ${problemOf(error)}` }];
  }
}

function urlsIn(configuration: unknown): readonly string[] {
  const servers: unknown =
    typeof configuration === "object" && configuration !== null && "iceServers" in configuration
      ? configuration.iceServers
      : [];
  if (!Array.isArray(servers)) return [];
  return servers
    .flatMap((server: { urls?: unknown }) => server.urls)
    .filter((each): each is string => typeof each === "string");
}

async function askServer(address: string): Promise<Finding> {
  const [, scheme = "", host = "", port = "3478"] =
    /^(stuns?|turns?):(\[[^\]]+\]|[^:?]+)(?::(\d+))?/.exec(address) ?? [];
  const what = scheme === "" ? "ICE" : scheme.toUpperCase();
  if (!["stun", "turn"].includes(scheme) || address.includes("transport=tcp"))
    return { state: "skip", what, text: `${address}: only tried over UDP` };
  const since = performance.now();
  try {
    await bind(host.replace(/^\[|\]$/g, ""), Number(port));
    return { state: "ok", what, text: `${address} answers (${msSince(since)})` };
  } catch (error) {
    const text = `${address} does not answer: ${problemOf(error)}; is UDP let through?`;
    return { state: "fail", what, text };
  }
}

/** Sends a binding request, to which TURN servers answer too. */
async function bind(host: string, port: number): Promise<void> {
  const request = Buffer.alloc(20);
  request.writeUInt16BE(bindingRequest, 0);
  request.writeUInt32BE(magicCookie, 4);
  crypto.getRandomValues(request.subarray(8));
  const socket = createSocket(host.includes(":") ? "udp6" : "udp4");
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(() => reject(new Error(`no answer in ${answerMs / 1000} s`)), answerMs);
  socket.on("error", reject);
  socket.on("message", (answer) => {
    if (answer.length >= 20 && answer.subarray(4, 20).equals(request.subarray(4, 20))) resolve();
  });
  try {
    socket.send(request, port, host, (error) => {
      if (error) reject(error);
    });
    await promise;
  } finally {
    clearTimeout(timer);
    socket.close();
  }
}
