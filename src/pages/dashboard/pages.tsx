// The pages of a list: the first, and the one after this one.

interface PagesProps {
  /** Where this page begins; empty for the first. */
  readonly after: string;
  readonly next: string | undefined;
  readonly setAfter: (after: string) => void;
}

/** Items of one page. */
export const pageLength = 20;

/** Says that a list is empty. @param lookedFor nothing if all was asked for */
export const none = (lookedFor: string, what: string): string =>
  lookedFor === "" ? `There are no ${what}s.` : `No ${what} is like that.`;

export function Pages({ after, next, setAfter }: PagesProps) {
  if (after === "" && next === undefined) return null;
  return (
    <div class="buttons">
      <button type="button" disabled={after === ""} onClick={() => setAfter("")}>
        First page
      </button>
      <button type="button" disabled={next === undefined} onClick={() => setAfter(next ?? "")}>
        Next page
      </button>
    </div>
  );
}
