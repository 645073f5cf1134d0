// How a server is reached: its name, its port, its certificate, and whether what is in between passes an upgrade on.

import { lookup } from "node:dns/promises";
import { connect, isIP, type Socket } from "node:net";
import { connect as connectSecurely, type TLSSocket } from "node:tls";
import { type Finding, msSince, problemOf, shown } from "./finding.ts";

/** Milliseconds for each step. */
const stepMs = 5000;

const portOf = ({ port, protocol }: URL): number =>
  port === "" ? (protocol === "wss:" ? 443 : 80) : Number(port);

/** Without the brackets of an IPv6 address. */
const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, "");

export async function findName(url: URL): Promise<Finding> {
  const what = "name";
  const host = hostOf(url);
  if (isIP(host) !== 0) return { state: "skip", what, text: `${host} is an address` };
  const since = performance.now();
  try {
    const found = await lookup(host, { all: true });
    const addresses = found.map(({ address }) => address).join(", ");
    return { state: "ok", what, text: `${host} is ${addresses} (${msSince(since)})` };
  } catch (error) {
    const text = `${host} has no address: ${problemOf(error)}; check the name, and its A and AAAA records`;
    return { state: "fail", what, text };
  }
}

export async function findPort(url: URL): Promise<Finding> {
  const what = "port";
  const since = performance.now();
  const port = portOf(url);
  try {
    const socket = await opened(connect(port, hostOf(url)), "connect");
    socket.destroy();
    return { state: "ok", what, text: `${port} takes connections (${msSince(since)})` };
  } catch (error) {
    const text = `nobody answers at port ${port}: ${problemOf(error)}; is the server running there, and does a firewall let it through?`;
    return { state: "fail", what, text };
  }
}

export async function findCertificate(url: URL): Promise<Finding> {
  const what = "TLS";
  if (url.protocol === "ws:") {
    const text = "ws:// has none: pages over https cannot use this address";
    return { state: "skip", what, text };
  }
  try {
    const socket = await secured(url);
    const { authorized, authorizationError } = socket;
    const until = socket.getPeerCertificate().valid_to;
    socket.destroy();
    if (!authorized) {
      const text = `clients refuse its certificate: ${shown(String(authorizationError))}`;
      return { state: "fail", what, text };
    }
    return { state: "ok", what, text: `its certificate is good until ${shown(until)}` };
  } catch (error) {
    const text = `there is no TLS at this port: ${problemOf(error)}; is it a ws:// address?`;
    return { state: "fail", what, text };
  }
}

/** Asks for a WebSocket as a browser does, and reads the head of the answer. */
export async function findUpgrade(url: URL): Promise<Finding> {
  const what = "upgrade";
  const since = performance.now();
  try {
    const socket =
      url.protocol === "wss:"
        ? await secured(url)
        : await opened(connect(portOf(url), hostOf(url)), "connect");
    const lines = [
      `GET ${url.pathname}${url.search} HTTP/1.1`,
      `Host: ${url.host}`,
      "Connection: Upgrade",
      "Upgrade: websocket",
      "Sec-WebSocket-Version: 13",
      `Sec-WebSocket-Key: ${Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString("base64")}`,
    ];
    socket.write(`${lines.join("\r\n")}\r\n\r\n`);
    const head = await headOf(socket);
    socket.destroy();
    return judge(head, msSince(since));
  } catch (error) {
    const isSecure = url.protocol === "ws:" && (await speaksTls(url));
    const text = isSecure
      ? "this port speaks TLS, and closes what does not: the address must begin with wss://"
      : `the request for a WebSocket got no answer: ${problemOf(error)}`;
    return { state: "fail", what, text };
  }
}

async function speaksTls(url: URL): Promise<boolean> {
  try {
    const socket = await secured(url);
    socket.destroy();
    return true;
  } catch {
    return false;
  }
}

const hints: Readonly<Record<number, string>> = {
  301: "the address is another one",
  302: "the address is another one",
  307: "the address is another one",
  308: "the address is another one",
  400: "the server does not take this path, or a proxy has changed the request",
  401: "a proxy asks for a login",
  403: "this origin or address is not allowed",
  404: "no WebSocket is served at this path: check it, and what a proxy makes of it",
  426: "a proxy in between drops the headers Upgrade and Connection: it must pass them on, with HTTP/1.1",
  429: "too many connections or requests from this address",
  502: "a proxy in between does not reach the server",
  503: "the server is full, or is being stopped",
  504: "a proxy in between got no answer from the server",
};

function judge(head: string, took: string): Finding {
  const what = "upgrade";
  const [, code = ""] = /^HTTP\/1\.[01] (\d{3})/.exec(head) ?? [];
  if (code === "101") return { state: "ok", what, text: `it becomes a WebSocket (${took})` };
  if (code === "") return { state: "fail", what, text: "what answers there is no HTTP server" };
  const hint = hints[Number(code)] ?? "no WebSocket";
  return { state: "fail", what, text: `HTTP status ${code}: ${hint}` };
}

function secured(url: URL): Promise<TLSSocket> {
  const host = hostOf(url);
  const name = isIP(host) === 0 ? { servername: host } : {};
  const options = { host, port: portOf(url), ...name, rejectUnauthorized: false } as const;
  return opened(connectSecurely(options), "secureConnect");
}

function opened<Kind extends Socket>(
  socket: Kind,
  event: "connect" | "secureConnect",
): Promise<Kind> {
  const { promise, resolve, reject } = Promise.withResolvers<Kind>();
  socket.setTimeout(stepMs, () => socket.destroy(new Error("no answer in 5 s")));
  socket.once(event, () => resolve(socket));
  socket.once("error", reject);
  socket.once("close", () => reject(new Error("the connection was closed")));
  return promise;
}

/** Most characters of a head that are read. */
const maxHeadLength = 16_384;

function headOf(socket: Socket): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let head = "";
  socket.on("data", (bytes: Buffer) => {
    head += bytes.toString("latin1");
    if (head.includes("\r\n\r\n") || head.length > maxHeadLength) resolve(head);
  });
  socket.once("error", reject);
  socket.once("close", () =>
    head === "" ? reject(new Error("closed without a word")) : resolve(head),
  );
  return promise;
}
