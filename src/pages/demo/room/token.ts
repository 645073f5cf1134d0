// A token as the user pasted it. Whether it is good, only the server knows; who it is for and how long,
// anybody can read in it.

export interface Token {
  readonly text: string;
  readonly userId: string;
  /** Milliseconds since 1970. */
  readonly until: number;
}

/** @returns nothing where it is no token of a person */
export function readToken(pasted: string): Token | undefined {
  const text = pasted.replaceAll(/\s/g, "");
  const [, payload] = /^[\w-]+\.([\w-]+)\.[\w-]+$/.exec(text) ?? [];
  const { sub, exp } = claimsIn(payload ?? "");
  if (typeof sub !== "string" || typeof exp !== "number") return undefined;
  return { text, userId: sub, until: exp * 1000 };
}

function claimsIn(payload: string): { readonly sub?: unknown; readonly exp?: unknown } {
  try {
    const binary = atob(payload.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes)) ?? {};
  } catch {
    return {};
  }
}
