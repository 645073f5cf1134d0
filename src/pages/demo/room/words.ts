// What the server refuses, in words for the user.

const words: Readonly<Record<string, string>> = {
  "token missing": "The server wants a token: paste one.",
  "token expired": "This token has expired: paste another.",
  "token invalid":
    "The server does not take this token: it is incomplete, altered, or made with another key.",
  "room not allowed": "This token is not for this room.",
  "no JWT key configured":
    "This server has no key to check tokens with: its operator must set one.",
  "token keys unavailable": "The server cannot fetch the keys of tokens now: try again later.",
  "Room full": "This room is full: try again when somebody has left.",
  "invalid room id": "A room's name is 1 to 100 letters, digits, - and _.",
  "this token is another user's": "This token is somebody else's: leave first to join as them.",
};

/** @param reason as the server names it; one that is not known here is shown as it is */
export const inWords = (reason: string): string => words[reason] ?? `The server says: ${reason}`;
