// What the connections of one protocol have sent and got: integers that are counted on a frame's way and read when an
// operator asks.

export class Traffic {
  /** Messages that came and were looked at, those that were too much or too large included. */
  framesReceived = 0;
  /** Of those messages, in UTF-8. */
  bytesReceived = 0;
  /** Messages that were not handled, as their connection sent more than it may. */
  framesRefused = 0;
  /** Frames that a socket took. Of a native publish, one for each subscriber. */
  framesSent = 0;
  /** Of those frames, in UTF-8. */
  bytesSent = 0;

  received(bytes: number): void {
    this.framesReceived++;
    this.bytesReceived += bytes;
  }
}
