// How Redis servers of tests let others in: with a password, and by TLS with a certificate of their own.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";

/** Where the program is that makes certificates; tests that need it are skipped without. */
export const opensslProgram = "/usr/bin/openssl";

/** What is asked of those who come; with a certificate they come by TLS only. */
export interface Access {
  readonly password?: string;
  readonly certificate?: Certificate;
}

/** For some names, and trusted by whoever is told to trust this very one. */
export class Certificate implements Disposable {
  readonly #folder = mkdtempSync(`${tmpdir()}/certificate-`);

  /** @param names `DNS:localhost,IP:127.0.0.1` */
  constructor(names: string) {
    const { exitCode } = Bun.spawnSync([
      ...[opensslProgram, ..."req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256".split(" ")],
      ...["-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext", `subjectAltName=${names}`],
      ...["-keyout", this.key, "-out", this.path],
    ]);
    if (exitCode !== 0) throw new Error("openssl has made no certificate");
  }

  get path(): string {
    return `${this.#folder}/certificate.pem`;
  }

  get key(): string {
    return `${this.#folder}/key.pem`;
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Settings of a server that speaks TLS. @param trusted of the certificates of other servers */
export const tlsSettings = ({ path, key }: Certificate, trusted = path): readonly string[] => [
  ...["--tls-cert-file", path, "--tls-key-file", key, "--tls-ca-cert-file", trusted],
  ...["--tls-auth-clients", "no", "--tls-replication", "yes"],
];

/** The same of one that listens at a port. */
export const accessSettings = ({ password, certificate }: Access, port: number) => [
  ...(certificate === undefined ? ["--port", `${port}`] : ["--tls-port", `${port}`]),
  ...(certificate === undefined ? [] : tlsSettings(certificate)),
  ...(password === undefined ? [] : ["--requirepass", password, "--masterauth", password]),
];

/** What those who may come call the host: certificates are for names, though servers name each other by address. */
export const hostOf = ({ certificate }: Access): string =>
  certificate === undefined ? "127.0.0.1" : "localhost";

/** As in REDIS_URL. @param place a host, or one with its port */
export function urlOf({ password, certificate }: Access, place: string): string {
  const scheme = certificate === undefined ? "redis" : "rediss";
  const login = password === undefined ? "" : `:${encodeURIComponent(password)}@`;
  return `${scheme}://${login}${place}`;
}

/** What a node must be told to trust the certificate. */
export const trustIn = ({ certificate }: Access): Readonly<Record<string, string>> =>
  certificate === undefined ? {} : { NODE_EXTRA_CA_CERTS: certificate.path };
