// The tracks that are sent over one connection. One that is sent no more leaves its place to the next of its kind: with
// `addTrack` alone, each track that comes and goes makes all later descriptions longer, until the server takes no more.

export class Senders {
  readonly #connection: RTCPeerConnection;
  readonly #onError: (error: unknown) => void;
  /** By what is sent. `sender.track` follows later. */
  readonly #places = new Map<MediaStreamTrack, RTCRtpTransceiver>();

  constructor(connection: RTCPeerConnection, onError: (error: unknown) => void) {
    this.#connection = connection;
    this.#onError = onError;
  }

  add(track: MediaStreamTrack, stream: MediaStream): void {
    if (this.#places.has(track)) return;
    const place = this.#connection.getTransceivers().find((each) => isFree(each, track.kind));
    if (place !== undefined) {
      this.#places.set(track, place);
      place.sender.setStreams(stream);
      place.direction = place.direction === "inactive" ? "sendonly" : "sendrecv";
      this.#replace(place, track);
      return;
    }
    const sender = this.#connection.addTrack(track, stream);
    const added = this.#connection.getTransceivers().find((each) => each.sender === sender);
    if (added !== undefined) this.#places.set(track, added);
  }

  remove(track: MediaStreamTrack): void {
    const place = this.#places.get(track);
    this.#places.delete(track);
    if (place === undefined || place.direction === "stopped") return;
    if (!canBeReused(place)) return this.#connection.removeTrack(place.sender);
    place.direction = place.direction === "sendonly" ? "inactive" : "recvonly";
    this.#replace(place, null);
  }

  #replace({ sender }: RTCRtpTransceiver, track: MediaStreamTrack | null): void {
    sender.replaceTrack(track).catch((error: unknown) => {
      if (this.#connection.signalingState !== "closed") this.#onError(error);
    });
  }
}

/** Not in all platforms outside of browsers. */
const canBeReused = ({ sender }: RTCRtpTransceiver): boolean => "setStreams" in sender;

const isFree = (place: RTCRtpTransceiver, kind: string): boolean =>
  (place.direction === "recvonly" || place.direction === "inactive") &&
  place.receiver.track.kind === kind &&
  canBeReused(place);
