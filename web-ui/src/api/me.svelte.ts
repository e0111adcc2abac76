import type { Session } from "./model";

/** Who is signed in, and what the role permits. The box decides; pages only leave out what it would
 * refuse. */
let session = $state.raw<Session | null>(null);
/** A role the pages are looked at with: they leave out what it does not permit. */
let viewing = $state.raw<{ name: string; permissions: string[] } | null>(null);

export const me = {
  get session(): Session | null {
    return session;
  },
  set session(next: Session | null) {
    session = next;
    viewing = null;
  },
  get viewing(): { name: string; permissions: string[] } | null {
    return viewing;
  },
  /** Only takes away: who looks with another role is still who signed in, to the box. */
  viewAs(role: { name: string; permissions: string[] } | null): void {
    viewing = role;
  },
  may: (permission: string): boolean =>
    (session?.permissions.includes(permission) ?? false) &&
    (viewing?.permissions.includes(permission) ?? true),
};
