// When to come back, by code and reason of a close. `bun run docs` writes this from the server's own table.

export const closes: Readonly<Record<string, "now" | "later" | "never">> = {
  "1001 no sign of life": "now",
  "1007 not UTF-8": "never",
  "1007 failed to unmarshal JSON": "never",
  "1008 room not allowed": "never",
  "1008 too fast": "later",
  "1008 id taken": "never",
  "1009 message too large": "never",
  "1011 internal error": "later",
  "1012 server restarting": "now",
  "1013 too slow: frames were waiting for too long": "later",
  "1013 topic full": "later",
  "1013 too many topics on this server": "later",
  "1013 too much before an answer": "later",
  "4001 token expired": "never",
  "4001 token revoked": "never",
  "4002 resumed elsewhere": "never",
};
