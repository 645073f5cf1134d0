// One session: what its client sends, and what it is told.

import type { LocalMember } from "../../core/member.ts";
import type { FailedOutcome } from "../../core/outcome.ts";
import { rawMembers, withMember } from "../json/raw-members.ts";
import type { Conversation } from "../protocol.ts";
import type { Sessions } from "./sessions.ts";
import {
  type Configuration,
  closings,
  descriptions,
  type ErrorCode,
  frames,
  isForAll,
  isOtherService,
  maxConfigured,
  maxErrors,
  merged,
  message,
  secondsSince,
  signals,
  spelled,
  unconfigured,
} from "./wire.ts";

export class SessionConversation implements Conversation {
  readonly #sessions: Sessions;
  readonly #member: LocalMember<null>;
  readonly #since = Date.now();
  /** As JSON, which takes less than the objects. */
  #configuration = JSON.stringify(unconfigured);
  #messageCount = 0;
  #errors = 0;

  constructor(sessions: Sessions, member: LocalMember<null>) {
    this.#sessions = sessions;
    this.#member = member;
  }

  receive(text: string): void {
    this.#messageCount++;
    const members = rawMembers(text, message);
    if (members === undefined) return this.#fail("Message is not a JSON object");
    const [rawType = "undefined", target = "null", timestamp, ...configuration] = members;
    const type = spelled(rawType);
    if (signals.has(type)) return this.#signal(type, target, text);
    switch (type) {
      case "ping":
        return this.#send(frames.pong(this.#member.id, timestamp));
      case "status":
        return this.#status();
      case "configure":
        return this.#configure(configuration);
      default:
        return this.#failUnknown(type);
    }
  }

  tooFast(): void {
    this.#refuse("Too many messages: some are not relayed", "TOO_FAST");
  }

  tooLarge(maxBytes: number): void {
    this.#fail(`Message over ${maxBytes} bytes`);
  }

  closed(): void {
    this.#sessions.end(this.#member);
  }

  /** @param target as its sender spelled it */
  failed(target: string, why: FailedOutcome): void {
    switch (why) {
      case "dropped":
        return this.#refuse(`Message to session dropped: ${target}`, "DROPPED");
      case "absent":
        return this.#refuse(`Target session not found: ${target}`, "TARGET_NOT_FOUND");
      default:
        why satisfies never;
    }
  }

  #signal(type: string, rawTarget: string, text: string): void {
    const { id, peer, topic } = this.#member;
    const { hub } = this.#sessions;
    const frame = withMember(text, "sourceSession", `"${id}"`);
    if (isForAll(rawTarget)) {
      if (descriptions.has(type)) this.#sessions.countUntargeted();
      return hub.broadcast(peer, topic, frame, this.#member);
    }
    const target = spelled(rawTarget);
    hub.relay(peer, topic, target, frame, target);
  }

  #status(): void {
    const { id } = this.#member;
    const session = {
      id,
      messageCount: this.#messageCount,
      errors: this.#errors,
      age: secondsSince(this.#since),
    };
    this.#send(frames.status(id, this.#sessions.status, session));
  }

  #configure([requirements = "null", settings = "null"]: readonly (string | undefined)[]): void {
    const tooMuch = `Configuration over ${maxConfigured} characters`;
    // First, so that what is parsed here is never as deep as a whole frame can be.
    if (requirements.length + settings.length > maxConfigured) return this.#fail(tooMuch);
    const before: Configuration = JSON.parse(this.#configuration);
    const configuration = {
      requirements: merged(before.requirements, requirements),
      settings: merged(before.settings, settings),
    };
    const kept = JSON.stringify(configuration);
    if (kept.length > maxConfigured) return this.#fail(tooMuch);
    this.#configuration = kept;
    this.#send(frames.configured(this.#member.id, configuration));
  }

  /** Clients of the original that also send pictures keep their session: it is not an error of theirs. */
  #failUnknown(type: string): void {
    const text = `Unknown message type: ${type}`;
    if (isOtherService(type)) this.#refuse(text, "NOT_SIGNALING");
    else this.#fail(text);
  }

  #send(frame: string): void {
    this.#member.peer.send(frame);
  }

  #refuse(text: string, code: ErrorCode): void {
    this.#send(frames.error(this.#member.id, text, code));
  }

  /** An error of the client's own making. */
  #fail(text: string): void {
    this.#errors++;
    this.#refuse(text, "MESSAGE_HANDLING_ERROR");
    if (this.#errors >= maxErrors) this.#member.peer.close(closings.tooManyErrors);
  }
}
