// The flags that only `bench flood` has, and how all of its flags become options.

import * as v from "valibot";
import { boolean, type Option, type Settings } from "../../options/option.ts";
import { bytes, pairs, protocol, seconds } from "../flags.ts";
import { list, nodes, pids, urls } from "../server-flags.ts";
import { refusalOf } from "./addresses.ts";
import { type AttackName, attackNames } from "./attacks.ts";
import { type FloodOptions, floodDefaults, maxFloodSeconds } from "./options.ts";

const attackName = v.pipe(
  v.string(),
  v.picklist(attackNames, `must be some of ${attackNames.join(", ")}`),
);

const attack: Option<readonly AttackName[] | undefined> = {
  name: "attack",
  placeholder: "names",
  schema: list(attackName),
  default: undefined,
  help: `flood: attacks to run, separated by commas: ${attackNames.join(", ")}; if unset, all of them`,
};

const yes: Option<boolean> = {
  name: "yes",
  placeholder: "boolean",
  schema: boolean(),
  default: floodDefaults.isSure,
  help: "flood: attack the server at --url even if it is on another host: only one that is yours",
};

/** In the order of the help. */
export const floodFlags: readonly Option<unknown>[] = [attack, yes];

/** Whether attacks were named. */
export const hasAttacks = (settings: Settings): boolean => settings(attack) !== undefined;

export function floodOptions(settings: Settings, json: boolean): FloodOptions {
  const [addresses, processes] = [settings(urls), settings(pids)];
  return {
    attacks: settings(attack) ?? floodDefaults.attacks,
    ...(addresses && { urls: addresses }),
    ...(processes && { pids: processes }),
    protocol: settings(protocol),
    nodes: settings(nodes),
    pairs: settings(pairs),
    bytes: settings(bytes),
    seconds: settings(seconds),
    isSure: settings(yes),
    json,
  };
}

/** @returns a line for the user for each reason why a flood cannot be run */
export function floodProblems(options: FloodOptions): readonly string[] {
  const refusal = refusalOf(options.urls ?? [], options.isSure);
  return [
    refusal === undefined ? [] : `--url: ${refusal}`,
    options.seconds <= maxFloodSeconds
      ? []
      : `--seconds of a flood must be at most ${maxFloodSeconds}`,
  ].flat();
}
