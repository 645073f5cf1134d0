// What a parent and its workers say to each other.

/** The parent's first message: on which port to listen, 0 for a free one. */
export interface WorkerOrder {
  readonly port: number;
}

/** What a worker answers once it listens. */
export interface WorkerReady {
  readonly url: string;
}
