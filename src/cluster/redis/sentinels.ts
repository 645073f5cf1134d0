// Asks Sentinels where the master is. ioredis says of them no more than that their connections were closed, and
// writes what else goes wrong with them to standard error: here it is heard, and told when none has an answer.

import {
  type Redis,
  type SentinelAddress,
  type SentinelConnectionOptions,
  SentinelConnector,
} from "ioredis";

type Connect = SentinelConnector["connect"];
type ConnectToSentinel = (place: SentinelAddress, options?: object) => Redis;

export class SentinelFinder extends SentinelConnector {
  #problem: Error | undefined;

  /** @param options those of the connection to the master, which ioredis hands over without a type */
  constructor(options: unknown) {
    super(options as SentinelConnectionOptions);
    // Private there, as all of it that knows of these connections is.
    const connectToSentinel: ConnectToSentinel = this["connectToSentinel"].bind(this);
    this["connectToSentinel"] = (...how: Parameters<ConnectToSentinel>): Redis =>
      connectToSentinel(...how).on("error", (error) => {
        this.#problem = error;
      });
  }

  override connect(emit: Parameters<Connect>[0]): ReturnType<Connect> {
    this.#problem = undefined;
    return super.connect((type, error) => {
      if (type !== "error") return emit(type, error);
      emit(type, this.#problem ?? error);
      this.#problem = undefined;
    });
  }
}
