// Settings that are read again on SIGHUP: all of them first, and only if nothing is wrong with them they come into force.

import { KeyObject } from "node:crypto";
import { hasKey } from "../auth/options.ts";
import type { Log } from "../observe/log.ts";
import { LiveSettings } from "../options/live-settings.ts";
import type { Option, Settings } from "../options/option.ts";
import { logLevel } from "../server/options.ts";
import { certificateInFiles, usesTls } from "../server/tls/options.ts";
import { dateProblem, type ServerCertificate } from "../server/tls/server-certificate.ts";

/** How a server gets its settings. */
export interface SettingsSource {
  readonly options: readonly Option<unknown>[];
  /** As they were at start. */
  readonly first: Settings;
  /** Reads flags, variables and files again. */
  readAgain(): { readonly settings: Settings } | { readonly problems: readonly string[] };
}

export class Reload {
  readonly #source: SettingsSource;
  readonly #log: Log;
  readonly #setLevel: (level: string) => void;
  readonly #live: LiveSettings;
  #current: Settings;

  constructor(source: SettingsSource, log: Log, setLevel: (level: string) => void) {
    this.#source = source;
    this.#log = log;
    this.#setLevel = setLevel;
    this.#live = new LiveSettings(source.first);
    this.#current = source.first;
  }

  /** What is in force. */
  get settings(): Settings {
    return this.#live.settings;
  }

  /**
   * The certificate that the files hold now.
   * @returns `undefined` if the server makes its own, or does not speak TLS
   */
  get certificate(): ServerCertificate | undefined {
    const { first } = this.#source;
    // Whether there is TLS at all is settled at the start.
    return usesTls(first) && usesTls(this.#current) ? certificateInFiles(this.#current) : undefined;
  }

  /**
   * Reads the settings again, and logs what has changed, what needs a restart, or what is wrong.
   * @param apply puts them into force; what it throws is logged
   */
  run(apply: () => void): void {
    const read = this.#source.readAgain();
    const problems = "problems" in read ? read.problems : this.#problemsOf(read.settings);
    if ("problems" in read || problems.length > 0)
      return this.#log.error({ problems }, "the settings are not reloaded: the old ones stay");
    const changed = this.#changed(this.#current, read.settings, true);
    const stale = this.#changed(this.#source.first, read.settings, false);
    if (usesTls(read.settings) !== usesTls(this.#source.first)) stale.push("tls-cert-file");
    this.#current = read.settings;
    this.#live.replace(read.settings);
    try {
      this.#setLevel(this.settings(logLevel));
      apply();
    } catch (thrown) {
      const problem = thrown instanceof Error ? thrown.message : String(thrown);
      return this.#log.error({ problem }, "not all settings are reloaded");
    }
    this.#tell(changed, stale);
  }

  /** What stands against a reload, though a server could start with the settings. */
  #problemsOf(next: Settings): readonly string[] {
    // Nothing would revoke the tokens of such a key.
    return !hasKey(this.#source.first) && hasKey(next)
      ? ["the server was started without a key for tokens: a restart is needed for the first one"]
      : [];
  }

  #tell(changed: readonly string[], stale: readonly string[]): void {
    this.#log.info({ changed }, "the settings are reloaded");
    if (stale.length > 0)
      this.#log.warn({ settings: stale }, `a restart is needed for ${stale.join(", ")}`);
    const problem = this.certificate === undefined ? undefined : dateProblem(this.certificate);
    if (problem !== undefined) this.#log.warn(problem);
  }

  /** Names of options whose values differ. @param isReloaded of options that SIGHUP reloads, or of all others */
  #changed(one: Settings, other: Settings, isReloaded: boolean): string[] {
    return this.#source.options
      .filter((option) => (option.isReloaded === true) === isReloaded)
      .filter((option) => !isSame(one(option), other(option)))
      .map(({ name }) => name);
  }
}

/** Whether two values of an option are the same: texts, numbers, keys, addresses, or lists and objects of them. */
function isSame(one: unknown, other: unknown): boolean {
  if (one instanceof KeyObject && other instanceof KeyObject) return one.equals(other);
  if (one instanceof Uint8Array || !isObject(one) || !isObject(other))
    return Bun.deepEquals(one, other);
  const isPlain = Array.isArray(one) || Object.getPrototypeOf(one) === Object.prototype;
  // A URL or a certificate.
  if (!isPlain) return String(one) === String(other);
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].every((key) => isSame(Reflect.get(one, key), Reflect.get(other, key)));
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;
