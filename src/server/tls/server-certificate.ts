// What a server proves who it is with.

import { X509Certificate } from "node:crypto";

/** Both as PEM. */
export interface ServerCertificate {
  /** The server's own first, then those that it was issued by. */
  readonly cert: string;
  readonly key: string;
}

/** Days before the end of a certificate from which the log warns of it. */
const warnDays = 14;

const dayMs = 86_400_000;

/** The SHA-256 of the certificate, as browsers show it: `AB:CD:…`. */
export const fingerprintOf = ({ cert }: ServerCertificate): string =>
  new X509Certificate(cert).fingerprint256;

/** @returns a sentence for the operator if the certificate is over, is soon, or has not begun */
export function dateProblem({ cert }: ServerCertificate, nowMs = Date.now()): string | undefined {
  const { validFromDate, validToDate } = new X509Certificate(cert);
  const day = (date: Date): string => date.toISOString().slice(0, 10);
  if (validFromDate.getTime() > nowMs)
    return `the certificate is not valid before ${day(validFromDate)}: clients refuse it`;
  if (validToDate.getTime() <= nowMs)
    return `the certificate was valid until ${day(validToDate)}: clients refuse it`;
  if (validToDate.getTime() - nowMs > warnDays * dayMs) return undefined;
  return `the certificate is valid until ${day(validToDate)}: renew it, then send SIGHUP`;
}
