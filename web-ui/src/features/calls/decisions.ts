import type { Fact, Strategy } from "../../api/model";

/** One agent considered for an offer. */
export interface Considered {
  agent: number;
  idle_ms: number | null;
  /** How well the skills meet the demand. */
  points?: number;
  not: string | null;
}

/** By which rules caller and agent were brought together. */
export interface Because {
  strategy: Strategy;
  score_s: number;
  relaxed: number;
  dedicated: boolean;
  /** Callers before this one whom the agent was not rung for. */
  passed: { call: number; not: string }[];
}

/** One decision of the call: which agent was rung and why. */
export interface Decided {
  seq: number;
  at: number;
  agent: number;
  why: Considered[];
  because: Because | null;
  /** How it went: what the end of the offer says, or `answered`; null while it rings. */
  outcome: string | null;
}

/** Every decision of the call, as they were taken. */
export function decisions(facts: Fact[]): Decided[] {
  return facts.flatMap((fact, at) => {
    if (fact.kind !== "agent_offered" || !Array.isArray(fact["why"])) return [];
    const agent = fact["agent"] as number;
    const ends = ["offer_ended", "offer_answered", "connected"];
    const end = facts
      .slice(at + 1)
      .find(({ kind, agent: whose }) => ends.includes(kind) && whose === agent);
    return {
      seq: fact.seq,
      at: fact.at,
      agent,
      why: fact["why"] as Considered[],
      because: (fact["because"] as Because | undefined) ?? null,
      outcome: !end ? null : end.kind === "offer_ended" ? String(end["outcome"]) : "answered",
    };
  });
}

/** What is known of a caller who waited and was never offered to anybody. */
export interface InVain {
  queue: number;
  /** The place in the queue when the caller came. */
  place: number;
  ms: number;
  /** For whom the caller was kept. */
  keptFor: number[];
  /** By how much the levels demanded were lowered at last. */
  relaxed: number;
}

/** Null: nobody waited. */
export function inVain(facts: Fact[], now: number): InVain | null {
  const queued = facts.filter(({ kind }) => kind === "queued");
  const [first, last] = [queued[0], queued.at(-1)];
  if (!first || !last) return null;
  const over = facts.find(
    ({ kind, seq }) => seq > last.seq && ["queue_left", "call_ending", "call_ended"].includes(kind),
  );
  const kept = facts.findLast(({ kind }) => kind === "dedicated_sought");
  const relaxed = facts.findLast(({ kind }) => kind === "demand_relaxed");
  return {
    queue: Number(last["queue"]),
    place: Number(last["position"] ?? 1),
    ms: (over?.at ?? now) - first.at,
    keptFor: (kept?.["agents"] as number[] | undefined) ?? [],
    relaxed: Number(relaxed?.["by"] ?? 0),
  };
}
