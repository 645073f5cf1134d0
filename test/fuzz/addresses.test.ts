// Addresses, whoever writes them: of Redis by operators, of clients by proxies, and of pages by browsers.

import { describe, expect, test } from "bun:test";
import { isIP } from "node:net";
import fc from "fast-check";
import {
  type RedisAddress,
  readAddresses,
  readSentinels,
} from "../../src/cluster/redis/address.ts";
import { ClientAddresses, isNetwork, privateNetworks } from "../../src/server/client-addresses.ts";
import { isOriginPattern, Origins } from "../../src/server/origins.ts";
import { check } from "./check.ts";

const name = fc
  .string({ unit: "binary", minLength: 1, maxLength: 8 })
  .filter((t) => t.isWellFormed());
const host = fc.oneof(
  fc.constantFrom("localhost", "a.example", "redis-0.redis", "::1", "2001:db8::1", "127.0.0.1"),
  fc.stringMatching(/^[a-z][a-z\d-]{0,10}[a-z\d]$/),
);
const maybe = <Value>(values: fc.Arbitrary<Value>) => fc.option(values, { nil: undefined });

interface Parts {
  readonly host: string;
  readonly port: number | undefined;
  readonly db: number | undefined;
  readonly isTls: boolean;
  readonly username: string | undefined;
  readonly password: string | undefined;
}

const parts: fc.Arbitrary<Parts> = fc.record({
  host,
  port: maybe(fc.nat(65_535)),
  db: maybe(fc.nat(999_999)),
  isTls: fc.boolean(),
  username: maybe(name),
  password: maybe(name),
});

const login = ({ username, password }: Pick<Parts, "username" | "password">): string => {
  const [user, secret] = [username, password].map((each) => encodeURIComponent(each ?? ""));
  if (username === undefined && password === undefined) return "";
  return password === undefined ? `${user}@` : `${user}:${secret}@`;
};

const tcpText = (given: Parts): string => {
  const { host: at, port, db, isTls } = given;
  const place = at.includes(":") ? `[${at}]` : at;
  return `redis${isTls ? "s" : ""}://${login(given)}${place}${port === undefined ? "" : `:${port}`}${db === undefined ? "" : `/${db}`}`;
};

const named = ({ username, password }: Partial<Parts>) => ({
  ...(username !== undefined && { username }),
  ...(password !== undefined && { password }),
});

const tcpOf = (given: Parts, port: number): RedisAddress => ({
  host: given.host,
  port: given.port ?? port,
  db: given.db ?? 0,
  isTls: given.isTls,
  ...named(given),
});

describe("an address of Redis", () => {
  test("is read as it was written, alone or among others", () => {
    const property = fc.property(fc.array(parts, { minLength: 1, maxLength: 3 }), (all) => {
      const text = all.map(tcpText).join(", ");
      const sentinels = readSentinels(text);
      expect([
        readAddresses(text),
        typeof sentinels === "string" ? sentinels : [...sentinels],
      ]).toEqual([
        all.map((each) => tcpOf(each, 6379)),
        all.map((each) => tcpOf(each, 26_379)),
      ] as never);
    });
    check(property);
  });

  test("of a socket in the file system is read as it was written", () => {
    const path = fc.array(
      name.filter((part) => !/^\.{1,2}$/.test(part)),
      { minLength: 1, maxLength: 3 },
    );
    const property = fc.property(path, parts, (segments, { db, username, password }) => {
      const written = segments.map(encodeURIComponent).join("/");
      const text = `unix://${login({ username, password })}/${written}${db === undefined ? "" : `?db=${db}`}`;
      expect(readAddresses(text)).toEqual([
        { path: `/${segments.join("/")}`, db: db ?? 0, ...named({ username, password }) },
      ]);
    });
    check(property);
  });

  /** Written anew, from what was read. */
  function again(address: RedisAddress): string {
    const { username, password } = address;
    if (!("path" in address)) return tcpText({ ...address, username, password });
    const path = address.path.split("/").map(encodeURIComponent).join("/");
    return `unix://${login({ username, password })}${path}?db=${address.db}`;
  }

  test("is read in any text or refused, and says the same when it is written anew", () => {
    const pieces = fc.constantFrom(
      ...[
        "redis",
        "rediss",
        "unix",
        ":",
        "//",
        "/",
        "@",
        "[",
        "]",
        "::1",
        "%",
        "%41",
        "%zz",
        ",",
        "?db=",
      ],
      ...[
        "a",
        "host",
        "7000",
        "99999",
        "0",
        "é",
        " ",
        "#",
        "\\",
        "user",
        "..",
        ".",
        "\0",
        "\u2028",
      ],
    );
    const texts = fc.oneof(
      fc.array(pieces, { maxLength: 9 }).map((all) => all.join("")),
      fc.string(),
    );
    const property = fc.property(texts, (text) => {
      const read = readAddresses(text);
      readSentinels(text);
      if (typeof read === "string") return expect(read).toStartWith("must be redis://");
      expect([text, readAddresses(read.map(again).join(","))]).toEqual([text, read as never]);
    });
    check(property, { runs: 1000 });
  });
});

/** An address as it may be written, and as it is compared. */
interface Hop {
  readonly written: string;
  readonly is: string;
}

const byte = fc.nat(255);
const publicV4 = fc
  .tuple(
    fc.constantFrom(1, 8, 100, 172, 192, 203),
    fc.constantFrom(0, 15, 32, 167, 169),
    byte,
    byte,
  )
  .map((bytes) => bytes.join("."));
const privateV4 = fc.oneof(
  fc.tuple(fc.constantFrom(10, 127), byte, byte, byte).map((bytes) => bytes.join(".")),
  fc.tuple(fc.integer({ min: 16, max: 31 }), byte, byte).map((bytes) => `172.${bytes.join(".")}`),
  fc.tuple(byte, byte).map((bytes) => `192.168.${bytes.join(".")}`),
);

const v4Forms = (address: string): readonly string[] => [
  address,
  `${address}:8080`,
  `::ffff:${address}`,
  `[::ffff:${address}]:1`,
  `::FFFF:${address}`,
];

const group = fc.nat(0xffff).map((bits) => bits.toString(16));
/** Of the /64 network 2001:db8:a:b. */
const publicV6: fc.Arbitrary<Hop> = fc
  .tuple(group, group, fc.array(group, { minLength: 4, maxLength: 4 }))
  .chain(([a, b, rest]) => {
    const address = `2001:db8:${a}:${b}:${rest.join(":")}`;
    const is = `2001:db8:${a}:${b}::/64`;
    return fc
      .constantFrom(
        address,
        `[${address}]`,
        `[${address}]:443`,
        `${address}%eth0`,
        address.toUpperCase(),
      )
      .map((written) => ({ written, is }));
  });

const publicHop: fc.Arbitrary<Hop> = fc.oneof(
  publicV4.chain((is) => fc.constantFrom(...v4Forms(is)).map((written) => ({ written, is }))),
  publicV6,
);
const trustedHop = fc.oneof(
  privateV4.chain((address) => fc.constantFrom(...v4Forms(address))),
  fc.constantFrom("::1", "[::1]:80", "fd00::1", "fe80::1%eth0", "FD12::"),
);
const noise = fc.oneof(
  fc.string(),
  fc.constantFrom("unknown", "_hidden", "", "1.2.3.4", "for=9.9.9.9"),
);

/** What a header can carry. */
const headerText = (text: string): string => text.replace(/[^\t\x20-\x7e\xa0-\xff]/g, "");

const addresses = new ClientAddresses(privateNetworks);

describe("a client's address", () => {
  const hops = fc.record({
    forged: fc.array(noise.map(headerText), { maxLength: 3 }),
    client: publicHop,
    proxies: fc.array(trustedHop, { maxLength: 4 }),
  });

  test("is the last one that is not a proxy's, whatever the client itself has written before it", () => {
    const property = fc.property(hops, ({ forged, client, proxies }) => {
      const list = [...forged, client.written, ...proxies].join(", ");
      const elements = [
        ...forged,
        ...[client.written, ...proxies].map((hop) => `proto=http;for="${hop}"`),
      ];
      const by = (name: string, value: string) =>
        addresses.of(new Headers({ [name]: value }), "10.0.0.1");
      expect([by("X-Forwarded-For", list), by("Forwarded", elements.join(", "))]).toEqual([
        client.is,
        client.is,
      ]);
    });
    check(property);
  });

  test("is that of the connection, unless that is a proxy's", () => {
    const property = fc.property(publicHop, noise.map(headerText), (client, list) => {
      const headers = new Headers({ "X-Forwarded-For": list, Forwarded: list });
      const peer = client.written.replace(/^(?:\[(.*)\].*|([\d.]+):\d+)$/, "$1$2");
      expect(addresses.of(headers, peer)).toBe(client.is);
    });
    check(property);
  });

  test("is an address, a network, unknown or none, whatever the header is", () => {
    const pieces = fc.oneof(
      noise,
      publicV4,
      privateV4,
      fc.constantFrom(",", ";", "for=", '"', "[", "]", "%", ":"),
    );
    const lists = fc.array(pieces, { maxLength: 12 }).map((all) => headerText(all.join("")));
    const property = fc.property(lists, fc.boolean(), (list, isForwarded) => {
      const headers = new Headers({ [isForwarded ? "Forwarded" : "X-Forwarded-For"]: list });
      const is = addresses.of(headers, "127.0.0.1");
      const isRight = is === undefined || is === "unknown" || isIP(is.replace(/\/64$/, "")) !== 0;
      expect([list, isRight]).toEqual([list, true]);
    });
    check(property, { runs: 1000 });
  });

  test("is read by networks that are any text that is taken for one", () => {
    const networks = fc.oneof(
      noise,
      fc.tuple(fc.oneof(publicV4, privateV4), fc.nat(40)).map(([at, bits]) => `${at}/${bits}`),
      fc.tuple(fc.ipV6(), fc.nat(140)).map(([at, bits]) => `${at}/${bits}`),
      fc.ipV6(),
      fc.constantFrom("::ffff:10.0.0.0/104", "::/0", "0.0.0.0/0", "1.2.3.4/032", "[::1]/128"),
    );
    const property = fc.property(networks, publicHop, (network, { written }) => {
      if (!isNetwork(network)) return;
      const own = new ClientAddresses([network]);
      own.of(new Headers({ "X-Forwarded-For": written }), "203.0.113.9");
    });
    check(property);
  });
});

describe("a page's origin", () => {
  const scheme = fc.constantFrom("https", "http");
  const label = fc.constantFrom("example", "evil", "a", "xn--nxasmq6b");
  const domain = fc
    .array(label, { minLength: 1, maxLength: 4 })
    .map((labels) => `${labels.join(".")}.org`);
  const port = fc.constantFrom("", "", ":8443");
  const origin = fc.tuple(scheme, domain, port).map(([s, d, p]) => `${s}://${d}${p}`);
  const pattern = fc.oneof(
    origin,
    fc.tuple(scheme, domain, port).map(([s, d, p]) => `${s}://*.${d}${p}`),
    fc.constant("null"),
    origin.map((text) => text.toUpperCase()),
  );

  /** By the parts of a URL, not by its text. */
  function isMatch(text: string, allowed: string): boolean {
    if (text === "null" || allowed === "null") return text === allowed;
    const [is, due] = [new URL(text), new URL(allowed.toLowerCase().replace("*.", ""))];
    const isSame = is.protocol === due.protocol && is.port === due.port;
    if (allowed.includes("*")) return isSame && is.hostname.endsWith(`.${due.hostname}`);
    return isSame && is.hostname === due.hostname;
  }

  test("is allowed if a pattern names it, or the domain above it, with its scheme and port", () => {
    const origins = fc.oneof(origin, fc.constant("null"));
    const property = fc.property(
      fc.array(pattern, { minLength: 1, maxLength: 3 }),
      origins,
      (all, is) => {
        expect(all.every(isOriginPattern)).toBe(true);
        const right = all.some((each) => isMatch(is, each));
        expect([all, is, new Origins(all).allows(is)]).toEqual([all, is, right]);
      },
    );
    check(property, { runs: 1000 });
  });

  test("is anything where all are allowed, but none that has no page", () => {
    const property = fc.property(fc.oneof(origin, fc.string()), (is) => {
      expect(new Origins(["*"]).allows(is)).toBe(is.toLowerCase() !== "null");
    });
    check(property);
  });
});
