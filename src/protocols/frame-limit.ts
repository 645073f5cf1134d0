// The largest message that a protocol takes. Each protocol has its own option for it, and its own default.

import { integer, type Option, type Settings } from "../options/option.ts";

/** The largest message that clients of a protocol may send, in bytes of UTF-8. */
export interface FrameLimit {
  /** If unset, `--max-frame-bytes` counts, and if that is unset too, `defaultBytes`. */
  readonly option: Option<number | undefined>;
  readonly defaultBytes: number;
}

/** Large enough for Chromium's offers: with 25 simulcast video sections they have 105,750 bytes. */
export const defaultFrameBytes = 262_144;

/** The schema of all options of this kind. */
const frameBytes = () => integer(1024, 16_777_216);

/** For all protocols whose own option is unset. */
export const maxFrameBytes: Option<number | undefined> = {
  name: "max-frame-bytes",
  placeholder: "bytes",
  schema: frameBytes(),
  default: undefined,
  help: `largest message, in every protocol whose own option is unset; a larger one closes its connection with 1009; if unset: ${defaultFrameBytes}, for topics 65536`,
};

/**
 * Declares the limit of a protocol.
 * @param prefix begins the option's name, like `topic` in `topic-max-frame-bytes`
 * @param clients whose messages are limited, for the help
 */
export const frameLimit = (
  prefix: string,
  clients: string,
  defaultBytes = defaultFrameBytes,
): FrameLimit => ({
  option: {
    name: `${prefix}-max-frame-bytes`,
    placeholder: "bytes",
    schema: frameBytes(),
    default: undefined,
    help: `largest message of ${clients}; if unset: --max-frame-bytes, or ${defaultBytes}`,
  },
  defaultBytes,
});

/** The largest message that clients of a protocol may send, in bytes. */
export const frameBytesOf = (settings: Settings, limit?: FrameLimit): number =>
  (limit && settings(limit.option)) ??
  settings(maxFrameBytes) ??
  limit?.defaultBytes ??
  defaultFrameBytes;
