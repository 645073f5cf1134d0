// `signalbox check`: whether a server would start with these settings. All problems are printed.

import { version } from "../../package.json";
import { redisUrl } from "../cluster/options.ts";
import { tryRedis } from "../cluster/try-redis.ts";
import { configFile } from "../options/config-file.ts";
import { boolean, type Option } from "../options/option.ts";
import { ExitError } from "../process/exit.ts";
import { tryStart } from "../process/try-start.ts";
import type { Command } from "./command.ts";
import { UsageError } from "./exit.ts";
import { print } from "./print.ts";
import { checks, groups } from "./serve-options.ts";

const redis: Option<boolean> = {
  name: "redis",
  placeholder: "boolean",
  schema: boolean(),
  default: false,
  help: "also connect to Redis, and try everything that a node needs of it",
};

export const check: Command = {
  name: "check",
  summary: "check all settings; exit code 0 if a server would start with them on this machine",
  groups: [{ name: "check", title: "Options", options: [redis], isFlagsOnly: true }, ...groups],
  checks,
  async run({ settings }) {
    await tryStart(settings, version);
    if (settings(redis)) {
      if (settings(redisUrl) === undefined)
        throw new UsageError(["--redis needs --redis-url: no Redis is set"]);
      const wrong = await tryRedis(settings);
      if (wrong !== undefined) throw new ExitError(wrong);
      print("Redis does everything that a node needs");
    }
    const path = settings(configFile);
    print(`the settings are valid${path === undefined ? "" : `, with those of ${path}`}`);
  },
};
