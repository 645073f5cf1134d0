// All options of `serve`, in groups. The help, the documents' tables and the reading of flags and variables follow from
// this list.

import { dev } from "../auth/dev-key.ts";
import * as auth from "../auth/options.ts";
import { clusterChecks, clusterOptions, redisUrl } from "../cluster/options.ts";
import * as ice from "../ice/options.ts";
import { webhookChecks, webhookOptions } from "../observe/webhook-options.ts";
import { adminPort, operatorChecks, operatorOptions } from "../operator/options.ts";
import { configFile } from "../options/config-file.ts";
import type { Check, Option, OptionGroup } from "../options/option.ts";
import { protocols } from "../protocols/protocols.ts";
import { admissionOptions } from "../server/admission-options.ts";
import * as server from "../server/options.ts";
import { tlsChecks, tlsOptions } from "../server/tls/options.ts";
import * as tokenGate from "../server/token-gate-options.ts";

/** In the order in which the help and the documents show them. */
export const groups: readonly OptionGroup[] = [
  { name: "server", title: "Server", options: [configFile, ...server.serverOptions, dev] },
  { name: "operators", title: "Operators", options: operatorOptions },
  { name: "webhooks", title: "Webhooks", options: webhookOptions },
  { name: "tls", title: "TLS", options: tlsOptions },
  { name: "limits", title: "Limits", options: server.limitOptions },
  { name: "admission", title: "Admission", options: admissionOptions },
  { name: "tokens", title: "Tokens", options: [...auth.options, ...tokenGate.options] },
  ...protocols
    .filter(({ options }) => options.length > 0)
    .map(({ name, guide, options }) => ({ name, title: guide.title, options })),
  { name: "ice", title: "ICE", options: ice.options },
  { name: "cluster", title: "Cluster", options: clusterOptions },
];

export const options: readonly Option<unknown>[] = groups.flatMap((group) => group.options);

/** Conditions on several options together. */
export const checks: readonly Check[] = [
  ...server.checks,
  ...tlsChecks,
  {
    of: [server.workers, redisUrl],
    problems: (settings) =>
      settings(server.workers) === 1 || settings(redisUrl) !== undefined
        ? []
        : ["--workers needs --redis-url: each worker is a node, and nodes meet over Redis"],
  },
  {
    of: [dev, redisUrl],
    problems: (settings) =>
      settings(dev) && settings(redisUrl) !== undefined
        ? ["--dev is for one process, as no other knows its key: not with --redis-url"]
        : [],
  },
  ...operatorChecks,
  ...webhookChecks,
  {
    of: [server.port, adminPort],
    problems: (settings) =>
      settings(adminPort) !== 0 && settings(adminPort) === settings(server.port)
        ? ["--admin-port must not be --port"]
        : [],
  },
  ...clusterChecks,
  ...auth.checks,
  ...tokenGate.checks,
  ...protocols.flatMap((protocol) => protocol.checks ?? []),
  ...ice.checks,
];
