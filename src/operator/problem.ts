// A refusal in the words of RFC 9457: a status, a short title, and what to do about it.

export interface Problem {
  readonly status: number;
  /** The same for all refusals of its kind. */
  readonly title: string;
  /** What is wrong this time, and what to do. */
  readonly detail?: string;
}

export const problemType = "application/problem+json";

export const isProblem = (value: object): value is Problem => "status" in value && "title" in value;

export const problemResponse = (problem: Problem, headers: Record<string, string> = {}): Response =>
  new Response(`${JSON.stringify({ type: "about:blank", ...problem })}\n`, {
    status: problem.status,
    headers: { ...headers, "Content-Type": problemType, "Cache-Control": "no-store" },
  });

export const tooManyViewers: Problem = {
  status: 503,
  title: "Too many viewers",
  detail: "the dashboard is open in too many places",
};

export const notFound = (detail: string): Problem => ({ status: 404, title: "Not found", detail });

export const badRequest = (detail: string): Problem => ({
  status: 400,
  title: "Bad request",
  detail,
});
