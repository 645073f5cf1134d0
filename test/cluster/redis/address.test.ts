import { describe, expect, test } from "bun:test";
import { readAddresses, readSentinels } from "../../../src/cluster/redis/address.ts";

const tcp = { host: "localhost", port: 6379, db: 0, isTls: false };

describe("an address of Redis", () => {
  test.each([
    ["redis://localhost", tcp],
    ["redis://localhost:7000/3", { ...tcp, port: 7000, db: 3 }],
    ["rediss://localhost", { ...tcp, isTls: true }],
    ["redis://:p%40ss@localhost", { ...tcp, password: "p@ss" }],
    ["redis://ann:p:ss@localhost", { ...tcp, username: "ann", password: "p:ss" }],
    ["redis://[::1]:7000", { ...tcp, host: "::1", port: 7000 }],
    ["unix:///run/redis.sock", { path: "/run/redis.sock", db: 0 }],
    ["unix:/run/redis.sock?db=2", { path: "/run/redis.sock", db: 2 }],
    [
      "unix://ann:secret@/run/redis.sock",
      { path: "/run/redis.sock", db: 0, username: "ann", password: "secret" },
    ],
  ])("is read: %s", (text, address) => {
    expect(readAddresses(text)).toEqual([address]);
  });

  test.each([
    "",
    "localhost",
    "http://localhost",
    "redis://",
    "redis://localhost/db",
    "redis://localhost:99999",
    "redis://%zz@localhost",
    "unix:",
    "unix://",
    "unix://host",
    "redis://a,,redis://b",
    "redis://a,b",
  ])("that is none is refused with what it must be: %j", (text) => {
    expect(readAddresses(text)).toStartWith("must be redis://");
  });

  test("may be one of several", () => {
    expect(readAddresses("redis://a, redis://b:1")).toEqual([
      { ...tcp, host: "a" },
      { ...tcp, host: "b", port: 1 },
    ]);
  });
});

const sentinelForm =
  "must be addresses with commas: [redis://[[user:]password@]]host[:port], or rediss://";

test("Sentinels are named with or without ports, and with a password", () => {
  expect([
    readSentinels("a,b:1, redis://:secret@c"),
    readSentinels("a,,b"),
    readSentinels("unix:///run/redis.sock"),
  ]).toEqual([
    [
      { ...tcp, host: "a", port: 26_379 },
      { ...tcp, host: "b", port: 1 },
      { ...tcp, host: "c", port: 26_379, password: "secret" },
    ],
    sentinelForm,
    sentinelForm,
  ]);
});
