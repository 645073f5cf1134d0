// The options of TLS, and the certificate that they name.

import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import * as v from "valibot";
import { boolean, type Check, file, type Option, type Settings } from "../../options/option.ts";
import { selfSigned } from "./self-signed.ts";
import type { ServerCertificate } from "./server-certificate.ts";

const option = <Value>(declared: Option<Value>): Option<Value> => declared;

/** A PEM text, and what stands in it first. */
interface PemFile<Read> {
  readonly pem: string;
  readonly read: Read;
}

function pemFile<Read>(read: (pem: string) => Read, message: string) {
  return v.pipe(
    file(),
    v.rawTransform<string, PemFile<Read>>(({ dataset, addIssue, NEVER }) => {
      try {
        return { pem: dataset.value, read: read(dataset.value) };
      } catch {
        addIssue({ message });
        return NEVER;
      }
    }),
  );
}

export const tlsCertFile = option<PemFile<X509Certificate> | undefined>({
  name: "tls-cert-file",
  isReloaded: true,
  placeholder: "path",
  schema: pemFile(
    (pem) => new X509Certificate(pem),
    "must be a PEM file with a certificate, and those that it was issued by after it",
  ),
  default: undefined,
  help: "PEM file with the certificate for https and wss, and those that it was issued by; the server then speaks TLS 1.2 and later only",
});

const tlsKeyFile = option<PemFile<KeyObject> | undefined>({
  name: "tls-key-file",
  isReloaded: true,
  placeholder: "path",
  schema: pemFile(createPrivateKey, "must be a PEM file with a private key, without a passphrase"),
  default: undefined,
  help: "PEM file with the private key of this certificate",
});

export const tlsSelfSigned = option({
  name: "tls-self-signed",
  placeholder: "boolean",
  schema: boolean(),
  default: false,
  help: "for trying out: make a certificate at start, which browsers warn of, and print its fingerprint",
});

export const tlsOptions: readonly Option<unknown>[] = [tlsCertFile, tlsKeyFile, tlsSelfSigned];

export const tlsChecks: readonly Check[] = [
  {
    of: [tlsCertFile, tlsKeyFile],
    problems: (settings) => {
      const [cert, key] = [settings(tlsCertFile), settings(tlsKeyFile)];
      if ((cert === undefined) !== (key === undefined))
        return ["--tls-cert-file and --tls-key-file need each other"];
      return cert === undefined || key === undefined || cert.read.checkPrivateKey(key.read)
        ? []
        : ["the key in --tls-key-file is not that of the certificate in --tls-cert-file"];
    },
  },
  {
    of: [tlsCertFile, tlsSelfSigned],
    problems: (settings) =>
      settings(tlsSelfSigned) && settings(tlsCertFile) !== undefined
        ? ["--tls-self-signed makes a certificate, and --tls-cert-file names one: set one of them"]
        : [],
  },
];

/** Whether the server speaks TLS. */
export const usesTls = (settings: Settings): boolean =>
  settings(tlsSelfSigned) || settings(tlsCertFile) !== undefined;

/** @returns `undefined` if the server does not speak TLS; a new certificate at each call if it is to make one */
export const certificateOf = (settings: Settings): ServerCertificate | undefined =>
  settings(tlsSelfSigned) ? selfSigned() : certificateInFiles(settings);

/** @returns `undefined` if none are named */
export function certificateInFiles(settings: Settings): ServerCertificate | undefined {
  const [cert, key] = [settings(tlsCertFile), settings(tlsKeyFile)];
  return cert === undefined || key === undefined ? undefined : { cert: cert.pem, key: key.pem };
}
