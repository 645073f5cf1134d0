// A certificate that is signed with its own key (RFC 5280), for trying out: for localhost, the name of this machine and
// all its addresses. Nothing is kept: each start makes another.

import { generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { isIPv4 } from "node:net";
import { hostname, networkInterfaces } from "node:os";
import { bitString, der, integer, oid, utcTime } from "./der.ts";
import type { ServerCertificate } from "./server-certificate.ts";

const oids = {
  ecdsaWithSha256: "1.2.840.10045.4.3.2",
  commonName: "2.5.4.3",
  basicConstraints: "2.5.29.19",
  subjectAltName: "2.5.29.17",
  extendedKeyUsage: "2.5.29.37",
  serverAuth: "1.3.6.1.5.5.7.3.1",
} as const;

/** Days for which it is valid. */
const validDays = 365;

const dayMs = 86_400_000;

/** Tags of RFC 5280, section 4.2.1.6. */
const dnsName = 0x82;
const ipAddress = 0x87;

const explicit = (number: number, ...parts: readonly Uint8Array[]): Buffer =>
  der(0xa0 + number, ...parts);

/** @throws if the machine has no random numbers */
export function selfSigned(nowMs = Date.now()): ServerCertificate {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const algorithm = der("sequence", oid(oids.ecdsaWithSha256));
  const name = nameOf("signalbox, self-signed");
  // A clock that is somewhat behind finds it valid all the same.
  const validity = [nowMs - dayMs, nowMs + validDays * dayMs].map((ms) => utcTime(new Date(ms)));
  const content = der(
    "sequence",
    explicit(0, integer(Buffer.from([2]))),
    // The first byte is neither 0 nor above 127, which have a meaning of their own.
    integer(Buffer.concat([Buffer.from([0x40]), randomBytes(15)])),
    algorithm,
    name,
    der("sequence", ...validity),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    explicit(3, der("sequence", ...extensions())),
  );
  const signature = sign("sha256", content, privateKey);
  const certificate = der("sequence", content, algorithm, bitString(signature));
  return {
    cert: pemOf("CERTIFICATE", certificate),
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

const nameOf = (text: string): Buffer =>
  der(
    "sequence",
    der("set", der("sequence", oid(oids.commonName), der("utf8", Buffer.from(text)))),
  );

function extensions(): readonly Buffer[] {
  const extension = (id: string, value: Buffer): Buffer =>
    der("sequence", oid(id), der("octetString", value));
  return [
    extension(oids.basicConstraints, der("sequence")),
    extension(oids.extendedKeyUsage, der("sequence", oid(oids.serverAuth))),
    extension(oids.subjectAltName, der("sequence", ...alternativeNames())),
  ];
}

function alternativeNames(): readonly Buffer[] {
  const own = Object.values(networkInterfaces()).flatMap((all = []) =>
    all.map(({ address }) => address),
  );
  const addresses = new Set(["127.0.0.1", "::1", ...own]);
  const names = new Set(["localhost", hostname().toLowerCase()]);
  return [
    ...Array.from(names, (name) => der(dnsName, Buffer.from(name, "latin1"))),
    ...Array.from(addresses, (address) => der(ipAddress, bytesOf(address))),
  ];
}

/** @param address perhaps with a zone (`%eth0`) */
function bytesOf(address: string): Buffer {
  if (isIPv4(address)) return Buffer.from(address.split(".").map(Number));
  const plain = address.replace(/%.*$/, "");
  // The URL writes all of it in hexadecimal, with the longest run of zeros as `::`.
  const [head = "", tail = ""] = new URL(`http://[${plain}]`).hostname.slice(1, -1).split("::");
  const [first, last] = [head, tail].map((half) => half.split(":").filter(Boolean));
  const zeros = Array<string>(8 - (first?.length ?? 0) - (last?.length ?? 0)).fill("0");
  const groups = [...(first ?? []), ...zeros, ...(last ?? [])];
  return Buffer.from(groups.map((group) => group.padStart(4, "0")).join(""), "hex");
}

const pemOf = (label: string, bytes: Uint8Array): string => {
  const lines =
    Buffer.from(bytes)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
};
