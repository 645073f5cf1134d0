// Loads ioredis when a Redis is named, and not before: that takes 18 ms, a third of the start of a server without one.

import type * as Connect from "./connect.ts";

export const carrierOf: typeof Connect.carrierOf = (...given) => {
  const { carrierOf: connect }: typeof Connect = require("./connect.ts");
  return connect(...given);
};
