// What a person sees and sets of the own account.
import type { Authenticator, Forward, OpenSession } from "../src/api/model";
import { USUAL } from "../src/ui/forward.ts";
import { clock } from "./clock.ts";
import type { Answer } from "./house.ts";
import type { World } from "./world.ts";

export const NAME = "admin";

/** The agent whom an account is. */
export const agentOf = (world: World, account: string): number | null =>
  world.accounts.find(({ name }) => name === account)?.agent_id ?? null;

/** Where those go who call the agent of the account. */
export function forwarding(world: World, account: string, method: string, body: object): Answer {
  const agent = world.agents.find(({ id }) => id === agentOf(world, account));
  if (!agent) return { refused: [404, "not_found", "there is no such agent", ""] };
  if (method === "PUT") {
    const { to } = body as Forward;
    const numbers = to.map(
      (one) => (typeof one === "object" && "outside" in one && one.outside) || "",
    );
    const help = numbers.find((number) => ["110", "119", "120", "122"].includes(number));
    if (help) {
      const words = `found ${help}; allowed: no number for emergencies`;
      return { refused: [422, "invalid", words, "emergency_number", "to", help] };
    }
    const kept = (one: Forward["to"][number]) =>
      typeof one === "object" && "outside" in one
        ? { outside: one.outside.replace(/[ \-./()]/g, "") }
        : one;
    agent.forward = { ...(body as Forward), to: to.map(kept) };
  }
  return { status: 200, body: agent.forward ?? USUAL };
}

export function authenticator(): Authenticator {
  const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
  const square = '<rect x="20" y="20" width="60" height="60"/>';
  const qr_svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">${square}</svg>`;
  return { secret, url: `otpauth://totp/Hotline:admin?secret=${secret}&issuer=Hotline`, qr_svg };
}

export function sessions(): OpenSession[] {
  const now = clock();
  const user_agent = "Mozilla/5.0 (X11; Linux x86_64) Chrome/156";
  const one = { name: NAME, user_agent, expires_at: now + 36_000_000 };
  return [
    { ...one, id: 2, address: "192.168.1.20", created_at: now - 600_000, seen_at: now, own: true },
    {
      ...one,
      id: 1,
      address: "192.168.1.77",
      created_at: now - 90_000_000,
      seen_at: now - 7_200_000,
      own: false,
    },
  ];
}
