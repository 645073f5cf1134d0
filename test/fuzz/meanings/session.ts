// The session protocol.

import { session } from "../../../src/protocols/session/routes.ts";
import { type FakeClient, FakeServer } from "../../support/fake-server.ts";
import { clientText } from "../texts.ts";
import { isObject, type Json, own, read, withMembers, written } from "./json.ts";
import type { Meaning, Subject } from "./scene.ts";

const signals = [
  "webrtc_seek_broadcaster",
  "request_offer",
  "webrtc_offer",
  "webrtc_answer",
  "webrtc_ice",
];

const maxConfigured = 16_384;
const maxErrors = 10;

/** Errors quote what is no text as JSON, which is compared by what it says. */
function quoted(error: string): Json {
  const [, start = "", rest] =
    /^(Unknown message type: |Target session not found: )(.*)$/s.exec(error) ?? [];
  return rest === undefined ? error : [start, quotable(rest)];
}

/** Without what the server counts. */
function shown(value: Json): Json {
  if (!isObject(value)) return value;
  const { server: _, error, ...rest } = value;
  return withMembers(rest, { error: typeof error === "string" ? quoted(error) : undefined });
}

/** What stands in an error: a text as it is, anything else as JSON. A text that is JSON cannot be told from it. */
function quotable(value: Json): Json {
  const json = typeof value === "string" ? read(value) : undefined;
  return json === undefined ? value : json.value;
}

function merged(before: object | undefined, value: unknown): object | undefined {
  return typeof value === "object" && value !== null ? { ...before, ...value } : before;
}

export const sessionSubject: Subject = {
  name: "session",
  texts: clientText({
    type: [...signals, "ping", "status", "configure", "configure", "welcome"].map((t) => `"${t}"`),
    targetSession: [
      '"$receiver"',
      '"$receiver"',
      '"$sender"',
      '"$bystander"',
      '"nobody"',
      '""',
      "null",
    ],
    timestamp: ["1", "1.50", "null", '"now"', "[1e400]", '{"a":-0}'],
    sourceSession: ['"forged"', "1", "null"],
    requirements: ['{"capabilities":["a"]}', "null", '{"__proto__":{"a":1}}', "[1,2]", '"x"'],
    settings: ['{"a":1.0}', '{"a":{"b":[]}}', "{}", "null", "true"],
    payload: ['{"sdp":"v=0\\r\\n"}', "1.0", "null"],
  }),

  async set() {
    const server = new FakeServer([session]);
    const open = (): FakeClient => server.open("/ws?space=fuzz");
    const [sender, receiver, bystander] = [open(), open(), open()];
    const idOf = (client: FakeClient): string => JSON.parse(client.reads()[0]!).sessionId;
    const ids = { sender: idOf(sender), receiver: idOf(receiver), bystander: idOf(bystander) };
    const now = Date.now();
    let count = 0;
    let errors = 0;
    let configuration: { requirements?: object | undefined; settings?: object | undefined } = {
      requirements: { capabilities: [] },
    };

    const own_ = { sessionId: ids.sender };
    const refused = (error: Json, errorCode: string): Json =>
      withMembers(
        written({ type: "error", ...own_, errorCode, timestamp: now }) as object as never,
        { error },
      );
    const failed = (error: Json): Meaning => {
      errors++;
      const told = [refused(error, "MESSAGE_HANDLING_ERROR")];
      return errors < maxErrors ? { told } : { told, end: 1011 };
    };

    const configure = (text: string): Meaning => {
      // Numbers need not stay as they are written: this is read, kept and written anew.
      const { requirements, settings } = JSON.parse(text);
      const next = {
        requirements: merged(configuration.requirements, requirements),
        settings: merged(configuration.settings, settings),
      };
      if (JSON.stringify(next).length > maxConfigured)
        return failed(`Configuration over ${maxConfigured} characters`);
      configuration = JSON.parse(JSON.stringify(next));
      return { told: [written({ type: "configured", ...own_, ...next, timestamp: now })] };
    };

    const signal = (message: Json & object): Meaning => {
      const target = own(message as never, "targetSession") ?? null;
      const frame = withMembers(message as never, { sourceSession: ids.sender });
      if (target === null || target === "")
        return { heard: { receiver: [frame], bystander: [frame] } };
      if (target === ids.sender) return { told: [frame] };
      const name = Object.entries(ids).find(([, id]) => id === target)?.[0];
      return name === undefined
        ? { told: [refused(["Target session not found: ", quotable(target)], "TARGET_NOT_FOUND")] }
        : { heard: { [name]: [frame] } };
    };

    const meaning = (text: string): Meaning => {
      count++;
      const json = read(text);
      if (json === undefined || !isObject(json.value))
        return failed("Message is not a JSON object");
      const message = json.value;
      const type = own(message, "type");
      if (typeof type === "string" && signals.includes(type)) return signal(message);
      switch (type) {
        case "ping": {
          const pong = written({ type: "pong", ...own_, serverTimestamp: now }) as never;
          return { told: [withMembers(pong, { clientTimestamp: own(message, "timestamp") })] };
        }
        case "status": {
          const state = { id: ids.sender, messageCount: count, errors, age: 0 };
          return { told: [written({ type: "status", ...own_, session: state, timestamp: now })] };
        }
        case "configure":
          return configure(text);
        default:
          return failed([
            "Unknown message type: ",
            quotable(type === undefined ? "undefined" : type),
          ]);
      }
    };
    return { server, sender, others: { receiver, bystander }, ids, meaning, shown };
  },
};
