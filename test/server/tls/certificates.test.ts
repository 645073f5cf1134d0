import { expect, test } from "bun:test";
import { X509Certificate } from "node:crypto";
import { hostname, networkInterfaces } from "node:os";
import { oid } from "../../../src/server/tls/der.ts";
import { selfSigned } from "../../../src/server/tls/self-signed.ts";
import { dateProblem } from "../../../src/server/tls/server-certificate.ts";

test("numbers of an object identifier have seven bits in each byte", () => {
  expect(oid("1.2.840.10045.4.3.2").toString("hex")).toBe("06082a8648ce3d040302");
  expect(oid("1.3.6.1.5.5.7.3.1").toString("hex")).toBe("06082b06010505070301");
  expect(oid("2.5.4.3").toString("hex")).toBe("0603550403");
});

test("a self-signed certificate is for this machine, and signed by its key", () => {
  const certificate = new X509Certificate(selfSigned().cert);
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect(certificate.ca).toBe(false);
  expect(certificate.checkHost("localhost")).toBe("localhost");
  expect(certificate.checkHost(hostname())).toBeDefined();
  expect(certificate.checkHost("example.org")).toBeUndefined();
  const own = Object.values(networkInterfaces()).flatMap((all = []) =>
    all.map(({ address }) => address),
  );
  for (const address of ["127.0.0.1", "::1", ...own])
    expect([address, certificate.checkIP(address)]).toEqual([address, address]);
});

test("a certificate that is over, or soon, or not yet valid, is told with its day", () => {
  const day = 86_400_000;
  const made = Date.UTC(2026, 0, 10);
  const certificate = selfSigned(made);
  const problems = [-2, 0, 350, 352, 366].map((days) =>
    dateProblem(certificate, made + days * day),
  );
  expect(problems).toEqual([
    "the certificate is not valid before 2026-01-09: clients refuse it",
    undefined,
    undefined,
    "the certificate is valid until 2027-01-10: renew it, then send SIGHUP",
    "the certificate was valid until 2027-01-10: clients refuse it",
  ]);
});
