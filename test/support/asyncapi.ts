// Descriptions of protocols in AsyncAPI 3, which `bun run docs` writes to docs/protocols.

import { version } from "../../package.json";
import { closingOf, type Refusal, refusals } from "../../src/auth/refusal.ts";
import { type CloseReason, closeReasons } from "../../src/core/close.ts";
import type { Description, FrameDescription } from "../../src/protocols/description.ts";

const unlike = (reasons: readonly CloseReason[]): readonly CloseReason[] => [
  ...new Map(reasons.map((each) => [`${each.code} ${each.reason}`, each])).values(),
];

/** With these any connection may be closed, whatever its protocol. */
export const commonCloses: readonly CloseReason[] = unlike([
  ...Object.values(closeReasons),
  ...(Object.keys(refusals) as Refusal[]).map((refusal) => closingOf(refusal)),
  { name: "operator", code: 4000, reason: "closed by the operator" },
]).toSorted((a, b) => a.code - b.code);

/** From the server's side, whatever a client is called there. */
const isSentBy = (who: "client" | "server", { from }: FrameDescription): boolean =>
  from === who || from === "both";

/** Words of a table, without its code and links. */
const plain = (text: string): string =>
  text.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1").replaceAll("`", "");

export function asyncapi({
  title,
  addresses,
  parameters,
  query,
  frames,
  errors,
  closes,
}: Description): object {
  const entries = Object.entries(frames);
  const refTo = (name: string) => ({ $ref: `#/components/messages/${name}` });
  const channelNames = addresses.map((_, index) => (index === 0 ? "socket" : `socket${index + 1}`));
  const operations = channelNames.flatMap((channel) =>
    (["client", "server"] as const).map((who) => [
      `${who === "client" ? "receive" : "send"}${channel === "socket" ? "" : `At${channel}`}`,
      {
        action: who === "client" ? "receive" : "send",
        channel: { $ref: `#/channels/${channel}` },
        messages: entries
          .filter(([, frame]) => isSentBy(who, frame))
          .map(([name]) => ({ $ref: `#/channels/${channel}/messages/${name}` })),
      },
    ]),
  );
  return {
    asyncapi: "3.0.0",
    info: {
      title: `signalbox: ${title}`,
      version,
      description: "The server's side: it receives what clients send, and sends what they receive.",
      license: { name: "MIT" },
    },
    servers: { here: { host: "localhost:8081", protocol: "ws" } },
    channels: Object.fromEntries(
      addresses.map((address, index) => [
        channelNames[index],
        {
          address,
          messages: Object.fromEntries(entries.map(([name]) => [name, refTo(name)])),
          ...parametersOf(address, parameters),
          bindings: { ws: { method: "GET", query: queryOf(query) } },
        },
      ]),
    ),
    operations: Object.fromEntries(operations),
    components: {
      messages: Object.fromEntries(
        entries.map(([name, { about, schema, example }]) => [
          name,
          {
            name,
            summary: plain(about),
            contentType: "application/json",
            payload: schema,
            // The specification wants objects here.
            ...(example.startsWith("{") && { examples: [{ payload: JSON.parse(example) }] }),
          },
        ]),
      ),
    },
    "x-errors": Object.entries(errors).map(([error, { message, when }]) => ({
      error,
      ...(message !== undefined && { message }),
      when: plain(when),
    })),
    "x-closes": [...closes, ...commonCloses].map(({ code, reason, retry = "never" }) => ({
      code,
      reason,
      comeBack: retry,
    })),
  };
}

/** The specification has only texts here. */
function parametersOf(address: string, parameters: Description["parameters"]): object {
  const own = Object.entries(parameters).filter(([name]) => address.includes(`{${name}}`));
  return own.length === 0
    ? {}
    : {
        parameters: Object.fromEntries(
          own.map(([name, about]) => [name, { description: plain(about) }]),
        ),
      };
}

const queryOf = (query: Description["query"]): object => ({
  type: "object",
  properties: Object.fromEntries(
    Object.entries(query).map(([name, about]) => [
      name,
      { type: "string", description: plain(about) },
    ]),
  ),
});
