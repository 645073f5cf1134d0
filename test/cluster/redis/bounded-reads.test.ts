// What the kernel keeps of a connection to Redis.

import { ptr } from "bun:ffi";
import { expect, test } from "bun:test";
import { once } from "node:events";
import { connect } from "node:net";
import type { Redis } from "ioredis";
import { boundReads } from "../../../src/cluster/redis/bounded-reads.ts";
import { libc } from "../../../src/observe/libc.ts";
import { intBytes, receiveBytes, socketLevel } from "../../../src/observe/receive-buffer.ts";

/** Of Linux: SO_RCVBUF. */
const receiveBuffer = 8;

/** Linux doubles what it is told, for its own records (socket(7)). */
const asTold = 2;

test("is bounded", async () => {
  const nothing = { data: () => undefined };
  using redis = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: nothing });
  const stream = connect(redis.port, "127.0.0.1");
  await once(stream, "connect");
  boundReads({ stream } as Pick<Redis, "stream">);
  const { getsockopt } = libc({
    getsockopt: { args: ["i32", "i32", "i32", "ptr", "ptr"], returns: "i32" },
  });
  const value = new Int32Array(1);
  const length = new Uint32Array([intBytes]);
  const file = Reflect.get(Reflect.get(stream, "_handle"), "fd");
  expect(getsockopt(file, socketLevel, receiveBuffer, ptr(value), ptr(length))).toBe(0);
  expect(value[0]).toBe(receiveBytes * asTold);
  stream.destroy();
});
