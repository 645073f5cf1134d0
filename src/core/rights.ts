// What a token lets its holder send, and to whom. The sender's node checks it, so that the sender is told at once.

/** Longest role, in UTF-16 units. */
export const maxRoleLength = 64;

/** A peer without rights of its own may do everything. */
export interface Rights {
  /** Whether it may relay. */
  readonly maySignal: boolean;
  readonly mayBroadcast: boolean;
  /** The roles that its relays and broadcasts may reach. Everybody if unset. */
  readonly to: ReadonlySet<string> | undefined;
}

/** What rights are about: who may be reached. */
interface Reached {
  /** Who has no role is reached by those who may reach everybody. */
  readonly role?: string | undefined;
  /** Whose member it is, if it is on this node. */
  readonly peer?: object | undefined;
}

/** Whether a text can be a role. */
export const isRoleName = (text: string): boolean => text !== "" && text.length <= maxRoleLength;

/** @param role as a token or another node has it */
export const isRole = (role: unknown): role is string =>
  typeof role === "string" && isRoleName(role);

/** Whether a role is among those that may be reached. */
export const isWithin = (to: ReadonlySet<string>, { role }: Reached): boolean =>
  role !== undefined && to.has(role);

/**
 * Whether a peer with these rights may relay to a member. A frame to oneself is no signal. Who may not signal at all is
 * not told who is there.
 */
export function isForbidden(
  { maySignal, to }: Rights,
  sender: object,
  member: Reached | undefined,
): boolean {
  if (member === undefined) return !maySignal;
  if (member.peer === sender) return false;
  return !maySignal || (to !== undefined && !isWithin(to, member));
}
