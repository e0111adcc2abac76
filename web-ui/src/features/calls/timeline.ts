import type { CallDetail, Fact } from "../../api/model";

/** One bar of the timeline: a stage of the call that lasted. */
export interface Bar {
  what: "ring" | "menu" | "wait" | "offer" | "talk" | "hold" | "wrapup";
  from: number;
  to: number;
  agent: number | null;
  /** The number of the fact it began with. */
  seq: number;
}
export interface Timeline {
  from: number;
  to: number;
  /** What the caller went through. */
  call: Bar[];
  /** What the agents did. */
  agent: Bar[];
}

const number = (value: unknown): number | null => (typeof value === "number" ? value : null);

/** Bars out of facts: each fact ends what went before and may begin something. */
export function timeline({ call, facts }: CallDetail, now: number): Timeline {
  const from = call.offered_at;
  const lanes: { call: Bar[]; agent: Bar[] } = { call: [], agent: [] };
  const open: { call: Bar | null; agent: Bar | null } = { call: null, agent: null };
  const close = (lane: "call" | "agent", at: number) => {
    const bar = open[lane];
    if (bar && at > bar.from) lanes[lane].push({ ...bar, to: at });
    open[lane] = null;
  };
  const begin = (lane: "call" | "agent", what: Bar["what"], fact: Fact) => {
    close(lane, fact.at);
    const agent = number(fact["agent"]) ?? (lane === "agent" ? call.agent : null);
    open[lane] = { what, from: fact.at, to: fact.at, agent, seq: fact.seq };
  };
  for (const fact of facts) {
    switch (fact.kind) {
      case "call_offered":
        begin("call", "ring", fact);
        break;
      case "call_answered":
        close("call", fact.at);
        break;
      case "menu_entered":
        if (open.call?.what !== "menu") begin("call", "menu", fact);
        break;
      case "mailbox_entered":
        begin("call", "menu", fact);
        break;
      case "queued":
      case "person_sought":
        begin("call", "wait", fact);
        break;
      case "queue_left":
        close("call", fact.at);
        break;
      case "agent_offered":
        begin("agent", "offer", fact);
        break;
      case "offer_ended":
        close("agent", fact.at);
        break;
      case "connected":
      case "retrieved":
        begin("call", "talk", fact);
        begin("agent", "talk", fact);
        break;
      case "held":
        begin("call", "hold", fact);
        begin("agent", "hold", fact);
        break;
      case "disconnected":
        close("agent", fact.at);
        break;
      case "call_ending":
      case "call_ended":
        close("call", fact.at);
        if (open.agent?.what !== "wrapup") close("agent", fact.at);
        break;
      case "wrapup_started":
        begin("agent", "wrapup", fact);
        break;
      case "wrapup_ended":
        close("agent", fact.at);
        break;
    }
  }
  const wrapping = open.agent?.what === "wrapup";
  const last = facts.at(-1)?.at ?? from;
  const running = call.ended_at === null || wrapping;
  // Wrap-up whose end is not on record (yet) is not drawn longer than it may last.
  const wrapupEnd = (open.agent?.from ?? last) + call.wrapup_ms;
  const end = wrapping ? Math.min(now, Math.max(wrapupEnd, last)) : running ? now : last;
  const to = Math.max(end, last, from + 1000);
  close("call", to);
  close("agent", to);
  return { from, to, ...lanes };
}

/** Round times for the axis: at most about seven, on whole seconds or minutes. */
export function ticks(from: number, to: number): number[] {
  const steps = [5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600].map((s) => s * 1000);
  const step = steps.find((s) => (to - from) / s <= 7) ?? 7_200_000;
  const first = Math.ceil((from + step * 0.6) / step) * step;
  const marks = [];
  for (let at = first; at < to - step * 0.35; at += step) marks.push(at);
  return marks;
}

/** The outline of one channel as an SVG path: min and max in each column, full scale fixed. */
export function wavePath(values: number[], height: number): string {
  const middle = height / 2;
  const y = (value: number) => (middle - (value / 32768) * middle).toFixed(1);
  let path = "";
  for (let column = 0; column * 2 + 1 < values.length; column++) {
    const low = values[column * 2] ?? 0;
    const high = values[column * 2 + 1] ?? 0;
    // Silence is a line, not nothing.
    const flat = high - low < 600;
    path += `M${column + 0.5} ${flat ? middle - 0.5 : y(high)}V${flat ? middle + 0.5 : y(low)}`;
  }
  return path;
}
