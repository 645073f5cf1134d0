// The sessions of one peer: how they begin, what is said in them, and how they end. A session is known on the
// nodes of both its peers, which tell each other by notes.

import type { LocalMember } from "../../core/member.ts";
import { type Delivery, type FailedOutcome, isFailed } from "../../core/outcome.ts";
import type { GstClient } from "./client.ts";
import { type Note, noteText } from "./notes.ts";
import { type GstRegistration, has, type Side, sides } from "./registration.ts";
import { type GstSession, newSession, otherSide } from "./sessions.ts";
import type { Spaces } from "./spaces.ts";
import { errors, frames, type GstMessage } from "./wire.ts";

type PeerMessage = Extract<GstMessage, { type: "peer" }>;
type StartNote = Extract<Note, { note: "start" }>;

const refusals: Readonly<Record<FailedOutcome, (peer: string) => string>> = {
  absent: errors.noPeer,
  dropped: errors.noSession,
  forbidden: errors.forbidden,
};

/** For clients of version 1.1, as JSON. */
const lost = '"a message of this session was lost on its way"';

export class PeerSessions {
  readonly #spaces: Spaces;
  readonly #member: LocalMember<GstRegistration>;
  readonly #client: GstClient;
  /** The session of which the other side is just being told. */
  #starting: string | undefined;

  constructor(spaces: Spaces, member: LocalMember<GstRegistration>, client: GstClient) {
    this.#spaces = spaces;
    this.#member = member;
    this.#client = client;
  }

  /** The client begins one. @param offer JSON */
  start(peerId: string, offer: string): void {
    const { sessions, options } = this.#spaces;
    const { id, info, topic } = this.#member;
    const target = topic.members.get(peerId);
    if (target === undefined) return this.#client.refuse(errors.noPeer(peerId));
    const as = sides.find((side) => has(target.info, side));
    if (as === undefined)
      return this.#client.refuse(errors.noSides(id, info.roles, target.id, target.info.roles));
    if (sessions.count(id) >= options.maxSessions)
      return this.#client.refuse(errors.manySessions(options.maxSessions));
    const session = newSession(topic.name, target.id, as, id);
    sessions.add(session);
    if (target.id !== id && !this.#offer(session, target.id, as, offer)) return;
    const { consumer, producer } = session;
    if (consumer === id) this.#client.tell(frames.sessionStarted(producer, session.id));
    if (producer === id) this.#client.tell(frames.startSession(consumer, session.id, offer));
  }

  /** Passes a message on to the other side, as it is. */
  relay({ sessionId, holds }: PeerMessage, text: string): void {
    const { id, peer, topic } = this.#member;
    const session = this.#get(sessionId);
    if (session === undefined) return;
    const other = otherSide(session, id);
    if (other === undefined) return this.#client.refuse(errors.noPart(id, session.id));
    if (holds === "offer" && id === session.consumer)
      return this.#client.refuse(errors.noProducer(id, session.producer));
    // A session can do with a candidate less. To an element, an error would be its end.
    const reference = holds === "ice" ? undefined : `sdp ${session.id}`;
    this.#spaces.hub.relay(peer, topic, other, text, reference);
  }

  /** The client ends one. @param error JSON */
  end(sessionId: string, error: string): void {
    const { id } = this.#member;
    const session = this.#get(sessionId);
    if (session === undefined) return;
    if (otherSide(session, id) === undefined)
      return this.#client.refuse(errors.noPart(id, session.id));
    if (error === "null" || this.#client.version !== "v1_0") return this.#end(session, error);
    this.#end(session, "forget");
    this.#client.refuse(errors.oldVersion(id));
  }

  /** The peer takes this side no more. */
  endAs(side: Side): void {
    const { id } = this.#member;
    for (const session of this.#spaces.sessions.of(id))
      if (session[side] === id) this.#end(session, "null");
  }

  /** The conversation of another peer has a note for this one. */
  take(note: Note): Delivery {
    if (note.note === "start") return this.#join(note);
    const session = this.#get(note.session);
    if (session === undefined || otherSide(session, this.#member.id) === undefined) return "sent";
    this.#spaces.sessions.delete(session);
    if (note.note === "end") this.#client.tellEnd(session.id, note.error);
    return "sent";
  }

  /** @param reference `start` or `sdp` and a session, or `end`, a session, its other side and its error */
  failed(reference: string, why: FailedOutcome): void {
    const [what, sessionId = "", to = "", ...error] = reference.split(" ");
    if (what === "end") return this.#endUnsaid(sessionId, to, error.join(" "), why);
    const session = this.#get(sessionId);
    if (session === undefined) return;
    if (this.#starting === sessionId) return this.#refused(session, why);
    // A session of which a message was lost ends for both.
    this.#end(session, lost);
    this.#client.tellEnd(session.id, lost);
  }

  /** @returns false if the other side cannot have it, which the client is told */
  #offer({ id: session }: GstSession, to: string, as: Side, offer: string): boolean {
    const { id: from, peer, topic } = this.#member;
    const note = noteText({ note: "start", session, from, as, offer });
    this.#starting = session;
    const outcome = this.#spaces.hub.relay(peer, topic, to, note, `start ${session}`);
    this.#starting = undefined;
    return !isFailed(outcome);
  }

  #refused(session: GstSession, why: FailedOutcome): void {
    this.#spaces.sessions.delete(session);
    const other = otherSide(session, this.#member.id) ?? "";
    this.#client.refuse(refusals[why](other));
  }

  /** Another peer has begun a session with this one. */
  #join({ session: id, from, as, offer }: StartNote): Delivery {
    const { sessions, options } = this.#spaces;
    const { id: self, info, peer, topic } = this.#member;
    const other = topic.members.get(from);
    const known = this.#get(id);
    const count = sessions.count(self) + (known === undefined ? 1 : 0);
    if (other === undefined || !has(info, as) || count > options.maxSessions) return "dropped";
    const frame =
      as === "producer"
        ? frames.startSession(other.id, id, offer)
        : frames.sessionStarted(other.id, id);
    const delivery = peer.send(frame);
    if (delivery !== "dropped" && known === undefined)
      sessions.add(newSession(topic.name, self, as, other.id, id));
    return delivery;
  }

  /** @param error JSON for the other side, or `forget` to tell it nothing */
  #end(session: GstSession, error: string): void {
    const other = otherSide(session, this.#member.id);
    if (other !== undefined) this.#sayEnd(session.id, other, error);
    this.#spaces.sessions.delete(session);
  }

  #sayEnd(session: string, to: string, error: string): void {
    const { id, peer, topic } = this.#member;
    // Who has left has ended its sessions thereby.
    if (topic.members.get(id) !== this.#member) return;
    const note = noteText(
      error === "forget" ? { note: "forget", session } : { note: "end", session, error },
    );
    this.#spaces.hub.relay(peer, topic, to, note, `end ${session} ${to} ${error}`);
  }

  #endUnsaid(session: string, to: string, error: string, why: FailedOutcome): void {
    switch (why) {
      case "absent":
        // The other side has left, and the session with it.
        return;
      case "dropped":
        this.#spaces.unsaid.add(session, () => this.#sayEnd(session, to, error));
        return;
      case "forbidden": {
        // The server says it, in place of a client that may say nothing there.
        const note = noteText({ note: "end", session, error: "null" });
        this.#spaces.hub.notify(this.#member.topic, to, note);
        return;
      }
      default:
        why satisfies never;
    }
  }

  #get(id: string): GstSession | undefined {
    return this.#spaces.sessions.get(id, this.#member.topic.name);
  }
}
