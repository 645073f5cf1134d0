// What a crowd has done so far, for the report.

export interface Tally {
  /** Connections that are open. */
  readonly open: number;
  /** Clients that have come in, stayed and gone. */
  readonly visits: number;
  readonly sent: number;
  readonly received: number;
  /** Messages and requests that no client should send. */
  readonly bad: number;
  readonly stalls: number;
  readonly floods: number;
  /** Clients that were not let in. */
  readonly refused: number;
  /** Connections that have ended, by code. */
  readonly closed: Readonly<Record<string, number>>;
}
