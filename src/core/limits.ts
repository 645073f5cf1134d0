// The bounds that keep one client, or many, from taking more than their share.

/** Every bound of the core; the server's options set them. */
export interface Limits {
  /** Frames that may wait for one peer that does not read; one more is `dropped`. */
  readonly maxQueuedFrames: number;
  /** Bytes of UTF-8 that may wait for one peer; a frame that finds nothing waiting always fits. */
  readonly maxQueuedBytes: number;
  /** Bytes of UTF-8 that may wait for all peers together; each may have `guaranteedQueueBytes` in any case. */
  readonly maxAllQueuedBytes: number;
  /** Seconds a peer may stay backed up before it is closed with 1013. */
  readonly slowPeerSeconds: number;
  /** Members that one topic may have; one more is refused. */
  readonly maxTopicMembers: number;
  /** Topics that one node may have open; one more is refused. 0 for no limit. */
  readonly maxTopics: number;
  /**
   * What one connection may do in a second: each frame that it sends counts one, and each copy that is delivered
   * because of it one more. After a rest it may do that of 20 seconds at once. 0 for no limit.
   */
  readonly framesPerSecond: number;
  /** Seconds for which a peer that has lost its connection may come back, where it has asked for that. 0: it may not. */
  readonly resumeSeconds: number;
  /** Bytes that one connection may send in a second, after a rest those of 20 seconds at once. 0 for no limit. */
  readonly bytesPerSecond: number;
}

/** Bytes of UTF-8 that may wait for each peer, however many wait for the others. */
export const guaranteedQueueBytes = 65_536;

/**
 * Bytes gathered for one peer after which the end of the tick is not waited for, so that a burst within
 * one tick cannot grow memory. 64 KiB is four of Bun's cork buffers.
 */
export const gatherBytes = 65_536;

/** Bytes that may wait in the socket itself before its peer is taken off the native topics. */
export const softBufferedBytes = 65_536;

/** Scan all subscribers' buffers after this many natively published bytes. */
export const scanBytes = 262_144;

/** Or after this many delivered bytes, so that many subscribers that do not read cannot fill the memory. */
export const scanDeliveredBytes = 16_777_216;

/**
 * The longest frame that is published natively, in UTF-16 units. A longer one is handed to each outbox:
 * those share it, while each socket that does not read would hold a copy of every publish.
 */
export const maxPublishedLength = 1024;

/** Messages that Bun may hold back within one batch of publishes (measured on Bun 1.4.4). */
const publishBatch = 32;

/** Bytes of UTF-8 that one UTF-16 unit may take. */
const maxBytesPerUnit = 3;

/** What a protocol may add around a client's payload: type, ids and names, in bytes. */
const frameOverheadBytes = 8192;

/**
 * Bytes that a socket must be able to hold so that no native publish is lost between two scans:
 * the soft limit, what is published until the next scan, one batch, and one frame of the outbox.
 */
export const socketBufferBytes = (maxFrameBytes: number): number =>
  softBufferedBytes +
  scanBytes +
  publishBatch * maxPublishedLength * maxBytesPerUnit +
  maxFrameBytes +
  frameOverheadBytes;

/**
 * Members on this node from which a topic uses a native channel. Below, copies by the outboxes are as
 * quick, gather with other frames, and save 400 bytes for each member (measured with `bench idle`). With 32 members,
 * a publish costs a twelfth less than copies (`bench fan-out --protocol y-webrtc`).
 */
export const channelFrom = 16;

/**
 * Members on this node from which announcements of who joined and left gather, and the list of members is kept.
 * Below, a join is at most so many pushes to outboxes, some microseconds.
 */
export const gatherFrom = 64;

/** Seconds that a topic stays warm after it was last asked for, if nobody here is a member. */
export const warmSeconds = 10;

/** Warm topics of one namespace without a member here; about a kilobyte each. */
export const maxWarmTopics = 16_384;
