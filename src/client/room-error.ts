import type { JoinError } from "./api.ts";

/** Why a room is closed. */
export class RoomError extends Error implements JoinError {
  override readonly name = "JoinError";
  readonly code: number;

  constructor(code: number, reason: string) {
    super(reason === "" ? `closed with ${code}` : reason);
    this.code = code;
  }
}
