// The token that a tab keeps until it is closed, so that a reload does not ask for it again. Other tabs do not see it.

const key = "signalbox-token";

export const keptToken = (): string => sessionStorage.getItem(key) ?? "";

export function keepToken(token: string): void {
  sessionStorage.setItem(key, token);
}
