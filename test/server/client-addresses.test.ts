import { describe, expect, test } from "bun:test";
import { ClientAddresses, isNetwork, privateNetworks } from "../../src/server/client-addresses.ts";

const clients = new ClientAddresses([...privateNetworks, "203.0.113.7"]);

const of = (peer: string, headers: Record<string, string> = {}): string | undefined =>
  clients.of(new Headers(headers), peer);

describe("a connection from outside is its own address, whatever it says of itself", () => {
  test.each([
    ["198.51.100.1", "198.51.100.1"],
    ["::ffff:198.51.100.1", "198.51.100.1"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["2001:DB8:0:0:ffff::1", "2001:db8:0:0::/64"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["", "unknown"],
  ])("%s", (peer, address) => {
    expect(of(peer, { "X-Forwarded-For": "192.0.2.1", Forwarded: "for=192.0.2.1" })).toBe(address);
  });
});

describe("behind trusted proxies it is the last address that is not theirs", () => {
  test.each([
    [{}, undefined],
    [{ "X-Forwarded-For": "192.0.2.1" }, "192.0.2.1"],
    [{ "X-Forwarded-For": "192.0.2.9, 192.0.2.1" }, "192.0.2.1"],
    [{ "X-Forwarded-For": "192.0.2.9, 192.0.2.1, 10.1.2.3,203.0.113.7" }, "192.0.2.1"],
    [{ "X-Forwarded-For": "10.0.0.1, 192.168.1.1" }, undefined],
    [{ "X-Forwarded-For": "192.0.2.1:8080" }, "192.0.2.1"],
    [{ "X-Forwarded-For": "[2001:db8::2]:443" }, "2001:db8:0:0::/64"],
    [{ "X-Forwarded-For": "2001:db8::2" }, "2001:db8:0:0::/64"],
    [{ "X-Forwarded-For": "192.0.2.9, unknown" }, "unknown"],
    [{ "X-Forwarded-For": "192.0.2.9, " }, "unknown"],
    [{ "X-Forwarded-For": "'; DROP" }, "unknown"],
    [{ Forwarded: "for=192.0.2.1;proto=https;by=10.0.0.1" }, "192.0.2.1"],
    [{ Forwarded: 'for=192.0.2.9, For="[2001:db8:cafe::17]:4711"' }, "2001:db8:cafe:0::/64"],
    [{ Forwarded: "proto=https" }, undefined],
    [{ Forwarded: "for=_hidden" }, "unknown"],
    // A proxy that sets one header passes the other on as the client has sent it.
    [{ Forwarded: "for=192.0.2.9", "X-Forwarded-For": "192.0.2.1" }, "192.0.2.1"],
  ])("%j", (headers, address) => {
    for (const peer of ["127.0.0.1", "::1", "10.2.3.4", "fe80::1%eth0"])
      expect(of(peer, headers as Record<string, string>)).toBe(address);
  });

  test("and a list of any length costs the same", () => {
    const list = `${"192.0.2.9, ".repeat(5000)}${"10.0.0.1, ".repeat(100)}10.0.0.2`;
    expect(of("127.0.0.1", { "X-Forwarded-For": list })).toBeUndefined();
  });
});

test.each([
  ["10.0.0.0/8", true],
  ["192.0.2.1", true],
  ["::/0", true],
  ["2001:db8::/32", true],
  ["10.0.0.0/33", false],
  ["::/129", false],
  ["10.0.0", false],
  ["example.org", false],
  ["10.0.0.0/8/8", false],
  ["", false],
])("%s is a network: %p", (text, is) => {
  expect(isNetwork(text)).toBe(is);
});
