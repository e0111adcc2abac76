import type { Breaks, LiveAgent, Queue } from "../../api/model";

/** What a state may last: amber at the warning, red at the limit (features E3, B14). */
export interface Limits {
  queues: Pick<Queue, "agents" | "wrapup_s">[];
  breaks: Breaks["reasons"];
}
export type Verdict = "" | "warn" | "bad";
/** Somebody who is in a state for too long. */
export interface LongState {
  agent: LiveAgent;
  verdict: Verdict;
}

const HOLD_WARN_MS = 60_000;
const HOLD_BAD_MS = 120_000;

/** When a state becomes long, in ms since it began: to be seen, and too long. */
function marks(agent: LiveAgent, limits: Limits): [warn: number, bad: number] | null {
  switch (agent.state) {
    case "holding":
      return [HOLD_WARN_MS, HOLD_BAD_MS];
    case "wrapup": {
      // For which of the agent's queues the notes are is not told here: the longest time counts.
      const own = limits.queues.filter(({ agents }) => agents.includes(agent.id));
      const most = Math.max(0, ...own.map(({ wrapup_s }) => wrapup_s)) * 1000;
      return most > 0 ? [most, 2 * most] : null;
    }
    case "not_ready": {
      const limit = limits.breaks.find(({ name }) => name === agent.reason)?.limit_min ?? null;
      return limit === null ? null : [limit * 60_000, limit * 60_000];
    }
    default:
      return null;
  }
}

/** Whether an agent is in a state for too long. */
export function longState(agent: LiveAgent, now: number, limits: Limits): Verdict {
  const at = marks(agent, limits);
  const ms = now - agent.since_at;
  if (at === null || ms <= at[0]) return "";
  return ms > at[1] ? "bad" : "warn";
}

/** Which agents are shown; empty words ask for nothing. */
export interface Asked {
  find: string;
  queue: string;
  state: string;
}

export function matching(
  agents: LiveAgent[],
  asked: Asked,
  queues: Pick<Queue, "id" | "agents">[],
): LiveAgent[] {
  const words = asked.find.trim().toLowerCase();
  const members = queues.find(({ id }) => String(id) === asked.queue)?.agents;
  return agents.filter(
    ({ id, name, phone, state }) =>
      (words === "" || name.toLowerCase().includes(words) || phone.extension.includes(words)) &&
      (asked.queue === "" || members === undefined || members.includes(id)) &&
      (asked.state === "" || state === asked.state),
  );
}
