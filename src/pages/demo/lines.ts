// Lists that grow line by line: the chat, and the log of what happens. Texts go in as text, never as HTML.

/** How a line of the log is meant. */
export type Tone = "good" | "error" | "detail";

/** Older lines go, so that a page can stay open for days. */
const maxLines = 300;

/** One line in a log of events, with its time; the same line again is counted instead. */
export function logLine(list: HTMLElement, text: string, tone?: Tone): void {
  const last = list.lastElementChild?.lastElementChild;
  if (last instanceof HTMLElement && last.textContent === text) {
    last.dataset["count"] = String(Number(last.dataset["count"] ?? 1) + 1);
    return;
  }
  const time = document.createElement("time");
  time.textContent = new Date().toLocaleTimeString();
  const line = appendLine(list, time, text);
  if (tone) line.dataset["tone"] = tone;
}

/** Adds a line, and keeps the newest in sight unless the user has scrolled up to read. */
export function appendLine(list: HTMLElement, label: HTMLElement, text: string): HTMLElement {
  const isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
  const line = document.createElement("li");
  const content = document.createElement("span");
  content.textContent = text;
  line.append(label, content);
  list.append(line);
  if (list.childElementCount > maxLines) list.firstElementChild?.remove();
  if (isAtEnd) list.scrollTop = list.scrollHeight;
  return line;
}
