// One session: handles the messages of its client, and tells it what failed.

import type { LocalMember } from "../../core/member.ts";
import type { FailedOutcome } from "../../core/outcome.ts";
import { rawMembers, withMember } from "../json/raw-members.ts";
import type { Conversation } from "../protocol.ts";
import type { Sessions } from "./sessions.ts";
import {
  closings,
  descriptions,
  frames,
  isForAll,
  isOtherService,
  maxConfigured,
  maxErrors,
  merged,
  message,
  type SessionConfiguration,
  type SessionErrorCode,
  secondsSince,
  signals,
  spelled,
  unconfigured,
} from "./wire.ts";

export class SessionConversation implements Conversation {
  readonly #sessions: Sessions;
  readonly #member: LocalMember<null>;
  readonly #since = Date.now();
  /** Kept as JSON, which takes less memory than objects. */
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

  /** @param target as the client wrote it */
  failed(target: string, why: FailedOutcome): void {
    switch (why) {
      case "dropped":
        return this.#refuse(`Message to session dropped: ${target}`, "DROPPED");
      case "absent":
        return this.#refuse(`Target session not found: ${target}`, "TARGET_NOT_FOUND");
      case "forbidden":
        return this.#forbid();
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
      if (hub.broadcast(peer, topic, frame, this.#member) === "forbidden") this.#forbid();
      return;
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
    // Checked before parsing, so that the nesting of what is parsed is bounded.
    if (requirements.length + settings.length > maxConfigured) return this.#fail(tooMuch);
    const before: SessionConfiguration = JSON.parse(this.#configuration);
    const configuration = {
      requirements: merged(before.requirements, requirements),
      settings: merged(before.settings, settings),
    };
    const kept = JSON.stringify(configuration);
    if (kept.length > maxConfigured) return this.#fail(tooMuch);
    this.#configuration = kept;
    this.#send(frames.configured(this.#member.id, configuration));
  }

  /** Types that the original server knows are not counted as errors, so that its clients keep their session. */
  #failUnknown(type: string): void {
    const text = `Unknown message type: ${type}`;
    if (isOtherService(type)) this.#refuse(text, "NOT_SIGNALING");
    else this.#fail(text);
  }

  #send(frame: string): void {
    this.#member.peer.send(frame);
  }

  #forbid(): void {
    this.#refuse("Not allowed by the token", "FORBIDDEN");
  }

  #refuse(text: string, code: SessionErrorCode): void {
    this.#send(frames.error(this.#member.id, text, code));
  }

  /** Reports an error that is the client's fault. The tenth one closes the session. */
  #fail(text: string): void {
    this.#errors++;
    this.#refuse(text, "MESSAGE_HANDLING_ERROR");
    if (this.#errors >= maxErrors) this.#member.peer.close(closings.tooManyErrors);
  }
}
