// `signalbox healthcheck`: whether the server on this machine is ready, for containers and scripts.

import { get, type IncomingMessage } from "node:http";
import { get as getSecurely } from "node:https";
import { configFile } from "../options/config-file.ts";
import type { OptionGroup } from "../options/option.ts";
import { ExitError } from "../process/exit.ts";
import { hostsToReach } from "../server/http/addresses.ts";
import { host, port } from "../server/options.ts";
import { tlsCertFile, tlsSelfSigned, usesTls } from "../server/tls/options.ts";
import type { Command } from "./command.ts";
import { UsageError } from "./exit.ts";
import { print } from "./print.ts";

/** Milliseconds to wait for an answer. */
const answerMs = 3000;

/** Characters of an answer that are read. The server's own are shorter; it may be another program. */
const maxAnswerLength = 200;

const groups: readonly OptionGroup[] = [
  {
    name: "address",
    title: "Where the server listens",
    options: [configFile, host, port, tlsCertFile, tlsSelfSigned],
  },
];

interface Answer {
  readonly isReady: boolean;
  readonly text: string;
}

export const healthcheck: Command = {
  name: "healthcheck",
  summary: "ask the server on this machine whether it is ready; exit code 0 if it is",
  groups,
  async run({ settings }) {
    if (settings(port) === 0)
      throw new UsageError(["healthcheck needs the port that the server listens on, not 0"]);
    const scheme = usesTls(settings) ? "https" : "http";
    const urls = hostsToReach(settings(host)).map(
      (name) => `${scheme}://${name}:${settings(port)}/readyz`,
    );
    const answers = await Promise.all(urls.map(ask));
    const at = Math.max(
      0,
      answers.findIndex((answer) => answer !== undefined),
    );
    const [url, answer] = [urls[at], answers[at]];
    if (answer === undefined) throw new ExitError(`${url} does not answer`);
    if (!answer.isReady) throw new ExitError(`${url} says ${answer.text}`);
    print(answer.text);
  },
};

/**
 * Asks without a proxy, even if the environment names one: `fetch` would use it. The certificate is not checked: it is for
 * the name that clients use.
 */
async function ask(url: string): Promise<Answer | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const signal = AbortSignal.timeout(answerMs);
  const options = { agent: false, signal, rejectUnauthorized: false } as const;
  const asked = url.startsWith("https:")
    ? getSecurely(url, options, resolve)
    : get(url, options, resolve);
  asked.on("error", reject);
  try {
    const response = await promise;
    const text = await beginningOf(response);
    return { isReady: response.statusCode === 200, text: text.replaceAll(/\p{C}/gu, " ") };
  } catch {
    return undefined;
  }
}

async function beginningOf(response: IncomingMessage): Promise<string> {
  let text = "";
  for await (const part of response.setEncoding("utf8")) {
    text += part;
    if (text.length >= maxAnswerLength) break;
  }
  return text.slice(0, maxAnswerLength);
}
