import type { Session } from "./model";

/** Who is signed in, and what the role permits. The box decides; pages only leave out what it would
 * refuse. */
let session = $state.raw<Session | null>(null);

export const me = {
  get session(): Session | null {
    return session;
  },
  set session(next: Session | null) {
    session = next;
  },
  may: (permission: string): boolean => session?.permissions.includes(permission) ?? false,
};
