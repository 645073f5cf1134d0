// The secret by which clients come back to their memberships.

/** A fresh key of 256 bits. Nobody else has it: clients of other servers come back as somebody new. */
export const newResumeKey = (): string =>
  Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64url");
