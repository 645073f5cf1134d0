// The token that a tab keeps until it is closed, so that a reload does not ask for it again. Other tabs do not see it,
// but a duplicate of the tab begins with a copy.

const key = "signalbox-token";

/** Empty if there is none, or if the browser blocks storage. */
export function keptToken(): string {
  try {
    return sessionStorage.getItem(key) ?? "";
  } catch {
    return "";
  }
}

export function keepToken(token: string): void {
  try {
    sessionStorage.setItem(key, token);
  } catch {
    // Where storage is blocked, a reload asks for the token again.
  }
}
