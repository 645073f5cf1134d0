// A listening server of Bun's, set up for this one.

import type { Server, WebSocketHandler } from "bun";
import type { Connection } from "./connection.ts";
import { internalError } from "./http/answer.ts";
import { boundReads, nextFile } from "./listening-socket.ts";
import type { ServerCertificate } from "./tls/server-certificate.ts";

interface Place {
  readonly port: number;
  readonly hostname: string;
  /** Whether other processes of this server listen on the same port. */
  readonly isShared: boolean;
  readonly certificate: ServerCertificate | undefined;
}

interface Handlers {
  readonly maxRequestBodySize: number;
  /** @returns nothing if the request has become a WebSocket */
  take(
    request: Request,
    server: Server<Connection>,
  ): Response | Promise<Response | undefined> | undefined;
  /** Answering has thrown. */
  fault(error: unknown): void;
  readonly websocket: WebSocketHandler<Connection>;
}

/**
 * How long an HTTP connection is kept after an answer, in seconds. Load balancers keep theirs for 60 s, and answer 502
 * if they use one at the moment at which this server closes it. Not for the first request of a connection: Bun 1.4.4
 * cuts the connection after 12 s if that has not arrived, whatever is set here.
 */
const keepAliveSeconds = 75;

/** @throws when the address cannot be listened on */
export const serve = (
  { port, hostname, isShared, certificate }: Place,
  { maxRequestBodySize, take, fault, websocket }: Handlers,
): Server<Connection> => {
  const next = nextFile();
  const server = Bun.serve<Connection>({
    port,
    hostname,
    development: false,
    // Bun 1.4.4 shares the port with any other server unless told not to. With TLS, the listener for a new certificate
    // begins before the old one ends.
    reusePort: isShared || certificate !== undefined,
    // Bun 1.4.4 refuses versions below TLS 1.2 by itself.
    ...(certificate !== undefined && { tls: certificate }),
    maxRequestBodySize,
    idleTimeout: keepAliveSeconds,
    fetch: take,
    error: (error) => {
      fault(error);
      return internalError();
    },
    websocket,
  });
  boundReads(next);
  return server;
};
