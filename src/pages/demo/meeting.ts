// A page on which people meet: how it stands with the server, the room that it is in, and what it shows. Every demo of
// rooms has one, whatever protocol brings people together.

import type { JoinOptions, Room, Waiting } from "../../client/api.ts";
import { LineLog, type Tone } from "../pieces/log.ts";
import type { PageStanding } from "../pieces/standing.tsx";
import { Files } from "./files.ts";
import type { Guest } from "./guest.ts";
import { Sharing } from "./sharing.ts";
import { RoomVisit } from "./visit.ts";
import { inWords } from "./words.ts";

/** Joins a room. */
type OpenRoom = (options: Required<Pick<JoinOptions, "signal" | "onWaiting">>) => Promise<Room>;

const out: PageStanding = { state: "out", text: "Not joined" };

export class Meeting {
  readonly chat = new LineLog();
  readonly events = new LineLog();
  readonly sharing = new Sharing(() => this.#shared());
  readonly files: Files;
  readonly #changed: () => void;
  /** What the user is called; empty if that is not known. */
  name = "";
  standing = out;
  /** Why something is not as the user wants it, in words; empty if it is. */
  problem = "";
  /** The same, of what is shared and said. */
  notice = "";
  #place = "";
  #visit: RoomVisit | undefined;
  #end = new AbortController();

  /** @param changed is called after each change of what is to be shown */
  constructor(changed: () => void) {
    this.#changed = changed;
    this.files = new Files(changed);
  }

  /** Whether there is a room to share with. */
  get isIn(): boolean {
    return this.#visit !== undefined;
  }

  get isSpeaking(): boolean {
    return this.#visit?.isSpeaking === true;
  }

  get guests(): readonly Guest[] {
    return this.#visit?.guests ?? [];
  }

  /** Enters a room in place of the one before. @param place its name */
  async enter(place: string, open: OpenRoom): Promise<void> {
    this.#leaveRoom();
    // What was said in another room is not said here.
    if (place !== this.#place) this.chat.clear();
    this.#place = place;
    [this.problem, this.notice] = ["", ""];
    this.#stand({ state: "busy", text: `Joining ${place} …` });
    const { signal } = this.#end;
    const onWaiting = (waiting: Waiting) => {
      if (!signal.aborted) this.#wait(waiting);
    };
    try {
      const room = await open({ signal, onWaiting });
      if (signal.aborted) return room.leave();
      this.#follow(room, signal);
      this.#visit = new RoomVisit(room, this.sharing, this.files, {
        changed: this.#changed,
        said: (name, text) => {
          this.chat.say(name, text);
          this.#changed();
        },
        log: (text, tone) => this.log(text, tone),
      });
    } catch (error) {
      if (!signal.aborted) this.refuse(error instanceof Error ? error.message : String(error));
    }
  }

  /** Leaves, as the user wants. */
  leave(): void {
    this.#leaveRoom();
    this.sharing.stop();
    this.problem = "";
    this.#stand(out);
    this.log("Left");
  }

  /** Out, by the server's will or the library's. @param reason as they name it */
  refuse(reason: string): void {
    this.stop(`Refused: ${inWords(reason)}`);
  }

  /** Out. @param problem why, in words */
  stop(problem: string): void {
    this.#leaveRoom();
    this.sharing.stop();
    this.problem = problem;
    this.#stand(out);
    this.log(problem, "error");
  }

  say(text: string): void {
    this.chat.say(this.name || "You", text);
    const count = this.#visit?.say(text) ?? 0;
    this.notice = count > 0 ? "" : "Nobody is connected yet, so nobody has read that.";
    this.#changed();
  }

  async share(kind: "camera" | "screen"): Promise<void> {
    this.notice = "";
    const refusal = await this.sharing.toggle(kind);
    if (refusal !== "") this.notice = `${refusal} You can still chat.`;
    this.#changed();
  }

  sendFile(file: File): void {
    this.notice = this.files.send(file, this.#visit?.reached ?? []);
    this.#changed();
  }

  /** One line of what happens. */
  log(text: string, tone?: Tone): void {
    this.events.note(text, tone);
    this.#changed();
  }

  #follow(room: Room, signal: AbortSignal): void {
    const enter = () => {
      this.#stand({ state: "in", text: `In ${this.#place} as`, selfId: room.me.id });
      this.log(`In ${this.#place} as ${room.me.id}`, "good");
    };
    room.on("state", (state) => {
      if (state === "connected" && !signal.aborted) enter();
    });
    room.on("error", ({ message }) => {
      if (signal.aborted) return;
      if (room.state === "closed") this.refuse(message);
      else this.log(message, "error");
    });
    enter();
  }

  /** Who is connected stays so. */
  #wait({ code, reason, retryMs, retryNow }: Waiting): void {
    const why = reason === "" ? "The server is out of reach" : inWords(reason);
    this.#stand({ ...this.standing, next: { why, at: performance.now() + retryMs, retryNow } });
    const told = [`${code} ${reason}`.trim(), (retryMs / 1000).toFixed(1)];
    this.log(`No connection to the server (${told[0]}); next try in ${told[1]} s`, "error");
  }

  #shared(): void {
    this.#visit?.share();
    this.#changed();
  }

  #leaveRoom(): void {
    this.#end.abort();
    this.#end = new AbortController();
    this.#visit?.close();
    this.#visit = undefined;
  }

  #stand(standing: PageStanding): void {
    this.standing = standing;
    this.#changed();
  }
}
