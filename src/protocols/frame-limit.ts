// How long a client's message may be. Each protocol has an option of its own for it, and a default.

import { integer, type Option } from "../options/option.ts";

/** The longest message that a protocol's clients may send, in bytes of UTF-8. */
export interface FrameLimit {
  /** Unset: what `--max-frame-bytes` sets for all protocols, and if that is unset `defaultBytes`. */
  readonly option: Option<number | undefined>;
  readonly defaultBytes: number;
}

/** Chromium's offers with 25 simulcast video sections have 105,750 bytes. */
export const defaultFrameBytes = 262_144;

/** Any limit of this kind, as options take it. */
export const frameBytes = () => integer(1024, 16_777_216);

/** @param prefix of the option's name, such as `topic` in `topic-max-frame-bytes` */
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
