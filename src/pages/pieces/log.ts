// Lines that a page tells, one after the other: a chat, or what happens.

/** How a line is meant. */
export type Tone = "good" | "error";

export interface LogLine {
  readonly number: number;
  /** A name or a time. */
  readonly label: string;
  readonly text: string;
  readonly tone: Tone | undefined;
  /** How often it was told. */
  readonly count: number;
}

/** Older lines go, so that a page can stay open for days. */
const maxLines = 300;

export class LineLog {
  /** Oldest first; another list after each change. */
  lines: readonly LogLine[] = [];
  #number = 0;

  /** Adds a line. */
  say(label: string, text: string, tone?: Tone): void {
    const line = { number: ++this.#number, label, text, tone, count: 1 };
    this.lines = [...this.lines.slice(1 - maxLines), line];
  }

  /** Adds a line with the time of day; the same line again is counted instead. */
  note(text: string, tone?: Tone): void {
    const last = this.lines.at(-1);
    if (last?.text !== text) return this.say(new Date().toLocaleTimeString(), text, tone);
    this.lines = this.lines.with(-1, { ...last, count: last.count + 1 });
  }

  clear(): void {
    this.lines = [];
  }
}
