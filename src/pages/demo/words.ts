// Why something is refused, in words for the user: the reason, as the server or the library names it, and what to do.

const advice: Readonly<Record<string, string>> = {
  "token missing": "the server wants a token.",
  "token malformed": "it has three parts with dots between them, and says who it is for.",
  "token expired": "this token is over; another is needed.",
  "token revoked": "this token is no longer good; another is needed.",
  "token invalid": "the token is incomplete, altered, or made with another key.",
  "room not allowed": "the token is not for this room.",
  "no JWT key configured":
    "set JWT_SECRET (or JWT_PUBLIC_KEY_FILE, or JWKS_URL) and start the server again, or try it with signalbox --dev.",
  "token keys unavailable": "the server cannot fetch the keys of tokens now; try again later.",
  "Room full": "try again when somebody has left.",
  "topic full": "try again when somebody has left.",
  "invalid room id": "a room's name is 1 to 100 letters, digits, - and _.",
  "replaced by a newer connection": "you have joined from too many tabs.",
};

const others: Readonly<Record<string, string>> = {
  "the topic must have 1 to 255 bytes": "the topic's name is too long; 255 bytes are the most.",
};

/** @param reason one that is not known here is shown as it is */
export function inWords(reason: string): string {
  const more = advice[reason];
  return others[reason] ?? (more === undefined ? reason : `${reason}: ${more}`);
}
