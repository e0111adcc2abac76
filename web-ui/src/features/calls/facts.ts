import type {
  Caller,
  Destination,
  Doing,
  Fact,
  Listed,
  NumberOperator,
  NumberOrigin,
  Outcome,
} from "../../api/model";
import { t } from "../../i18n/index.svelte";
import { callerWords } from "../../ui/caller";
import { phoneNumber } from "../../ui/format";
import { listedWords, originWords, regionWords } from "../../ui/origin";

/** Who is meant by the numbers in a fact. */
export interface Names {
  agent: (id: number | null) => string;
  queue: (id: number | null) => string;
  menu: (id: number | null) => string;
  line: (id: number) => string;
  /** The customer's leg; any other is an agent's. */
  customerLeg: number | null;
}

export type Group = "line" | "menu" | "queue" | "decision" | "agent" | "recording" | "call";

const GROUPS: Record<string, Group> = {
  call_offered: "line",
  call_refused: "line",
  call_answered: "line",
  menu_entered: "menu",
  menu_awaits_input: "menu",
  digit_pressed: "menu",
  menu_invalid: "menu",
  menu_no_input: "menu",
  origin_known: "line",
  call_screened: "line",
  call_routed: "line",
  caller_recognised: "line",
  call_tagged: "menu",
  person_sought: "agent",
  person_passed: "agent",
  person_rung: "agent",
  accept_asked: "agent",
  mailbox_entered: "menu",
  voicemail_left: "recording",
  call_parked: "agent",
  callback: "queue",
  at_phone: "menu",
  sound_kept: "recording",
  next_line: "line",
  queued: "queue",
  dedicated_sought: "queue",
  dedicated_given_up: "queue",
  demand_relaxed: "queue",
  ring_widened: "queue",
  offer_answered: "agent",
  party_rung: "agent",
  consult_began: "agent",
  consult_ended: "agent",
  swapped: "agent",
  transferred: "agent",
  other_asked: "agent",
  transfer_awaited: "agent",
  transfer_failed: "agent",
  agent_doing: "agent",
  music_started: "queue",
  agent_offered: "decision",
  offer_ended: "agent",
  connected: "agent",
  disconnected: "agent",
  held: "agent",
  retrieved: "agent",
  wrapup_started: "agent",
  wrapup_ended: "agent",
  wrapup_extended: "agent",
  call_noted: "agent",
  call_dialled: "line",
  call_alerting: "line",
  overflowed: "queue",
  queue_left: "queue",
  recording_paused: "recording",
  recording_resumed: "recording",
  supervision_began: "agent",
  supervision_ended: "agent",
  recording_started: "recording",
  recording_stopped: "recording",
  recording_failed: "recording",
  leg_releasing: "line",
  leg_released: "line",
};

export const group = (fact: Fact): Group => GROUPS[fact.kind] ?? "call";

export const causeWords = (cause: number | null): string =>
  cause === null ? "—" : t.calls && t.causeNumber(cause, t.cause[cause]);

/** A step on the way to a call that was promised. */
function callbackSentence(fact: Fact, names: Names): string {
  const number = String(fact["number"] ?? "");
  switch (fact["step"]) {
    case "asked":
      return number === "" ? t.callback.cannot : t.callback.asked(number);
    case "agreed":
      return t.callback.agreed(number);
    case "began":
      return t.callback.began;
    case "dialled":
      return t.callback.dialled(
        names.agent(Number(fact["agent"])),
        names.line(Number(fact["line"])),
      );
    case "ended": {
      const ended = t.callback.ended as Record<string, string>;
      const how = ended[String(fact["how"])] ?? String(fact["how"]);
      return typeof fact["by"] === "string" ? t.callback.endedBy(how, fact["by"]) : how;
    }
    default:
      return t.callback.due;
  }
}

/** Where a call is given to, or who is asked. */
function whom(to: Destination, names: Names): string {
  if ("agent" in to) return names.agent(to.agent);
  if ("queue" in to) return names.queue(to.queue);
  if ("outside" in to) return phoneNumber(to.outside);
  return "phone" in to ? t.fact.aPhone : t.voicemail.title;
}

/** What was known of a number, as facts tell it: by the Chinese names alone. */
type FactOrigin = Pick<NumberOrigin, "sort"> & {
  region?: { province: string; city: string | null };
  operator?: NumberOperator;
};

function originOfFact({ sort, region, operator }: FactOrigin): string {
  const name = region && [region.province, region.city].filter((part) => part).join("/");
  const words = name === undefined ? null : regionWords(name);
  const place = words === null ? null : { zh: words, en: words };
  return originWords({ sort, region: place, operator: operator ?? null });
}

/** One fact as a sentence a supervisor understands. */
export function sentence(fact: Fact, names: Names): string {
  const n = (key: string) => (typeof fact[key] === "number" ? (fact[key] as number) : 0);
  const s = (key: string) => String(fact[key] ?? "");
  // No agent: somebody outside, or at a telephone where nobody is signed in.
  const agent = () => (n("agent") === 0 ? t.fact.otherParty : names.agent(n("agent")));
  const outcome = () => t.outcome[s("outcome") as Outcome] ?? s("outcome");
  const leg = () => (n("leg") === names.customerLeg ? t.fact.customerLeg : t.fact.agentLeg);
  const cause = () => causeWords(n("cause"));
  switch (fact.kind) {
    case "call_offered":
      return t.fact.call_offered(names.line(n("line")), callerWords(fact["caller"] as Caller));
    case "call_refused":
      return t.fact.call_refused(names.line(n("line")), cause());
    case "menu_entered":
      return t.fact.menu_entered(names.menu(n("menu")), n("attempt"));
    case "digit_pressed":
      return t.fact.digit_pressed(s("digit"), n("duration_ms"));
    case "menu_invalid":
      return t.fact.menu_invalid(s("digit"));
    case "queued": {
      const say = fact["again"] === true ? t.fact.queued_again : t.fact.queued;
      return say(names.queue(n("queue")), n("position"));
    }
    case "agent_offered":
      return t.fact.agent_offered(agent());
    case "offer_ended": {
      const how = t.offerOutcome as Record<string, string>;
      return t.fact.offer_ended(agent(), how[s("outcome")] ?? s("outcome"));
    }
    case "connected":
    case "disconnected":
    case "wrapup_started":
    case "wrapup_ended":
    case "wrapup_extended":
    case "call_noted":
      return t.fact[fact.kind](agent());
    case "offer_answered":
    case "consult_began":
    case "consult_ended":
    case "swapped":
    case "parties_turned":
    case "transfer_awaited":
      return t.fact[fact.kind](agent());
    case "party_rung":
      return t.fact.party_rung(agent(), names.agent(n("by")));
    case "transferred":
    case "other_asked":
      return t.fact[fact.kind](names.agent(n("by")), whom(fact["to"] as Destination, names));
    case "transfer_failed": {
      const how = t.offerOutcome as Record<string, string>;
      return t.fact.transfer_failed(agent(), how[s("outcome")] ?? s("outcome"));
    }
    case "agent_doing":
      return t.fact.agent_doing(agent(), t.doing[s("doing") as Doing] ?? s("doing"));
    case "dedicated_sought": {
      const agents = (fact["agents"] as number[] | undefined) ?? [];
      return t.fact.dedicated_sought(agents.map(names.agent).join(" · "));
    }
    case "demand_relaxed":
      return t.fact.demand_relaxed(n("by"));
    case "recording_started":
    case "recording_stopped":
    case "recording_failed":
      return t.fact[fact.kind](n("recording"));
    case "farewell_started":
      return t.fact.farewell_started(outcome());
    case "call_ending": {
      const by = t.party as Record<string, string>;
      return t.fact.call_ending(by[s("by")] ?? s("by"), cause());
    }
    case "call_ended":
      return t.fact.call_ended(outcome());
    case "leg_releasing":
      return t.fact.leg_releasing(leg());
    case "leg_released":
      return t.fact.leg_released(leg(), cause());
    case "help_acknowledged":
      return t.fact.help_acknowledged(s("by"));
    case "sound_kept":
      return t.fact.sound_kept(names.agent(n("by")));
    case "at_phone":
      return t.fact.at_phone();
    case "call_parked":
      return t.fact.call_parked(names.agent(n("by")), n("place"));
    case "callback":
      return callbackSentence(fact, names);
    case "voicemail_left":
      return t.fact.voicemail_left(Math.round(n("length_ms") / 1000));
    case "next_line":
      return t.fact.next_line(names.line(n("line")));
    case "origin_known":
      return t.region.known(originOfFact(fact["origin"] as FactOrigin));
    case "call_screened":
      return fact["listed"] === undefined
        ? t.fact.call_screened()
        : t.region.screened(listedWords(fact["listed"] as Listed));
    case "person_sought":
    case "person_passed":
    case "person_rung":
    case "accept_asked":
    case "mailbox_entered":
    case "call_routed":
    case "caller_recognised":
    case "call_tagged":
    case "dedicated_given_up":
    case "ring_widened":
    case "call_answered":
    case "menu_awaits_input":
    case "menu_no_input":
    case "music_started":
    case "held":
    case "retrieved":
    case "call_alerting":
    case "recording_paused":
    case "recording_resumed":
    case "supervision_moved":
    case "supervision_began":
    case "supervision_ended":
      return t.fact[fact.kind]();
    case "call_dialled":
      return t.fact.call_dialled(names.line(n("line")), phoneNumber(s("called")));
    case "overflowed": {
      const say = fact["is_done"] === false ? t.fact.overflow_failed : t.fact.overflowed;
      return say(n("after_s"));
    }
    case "queue_left":
      return t.fact.queue_left(names.queue(n("queue")), s("digit"));
    default:
      return t.fact.unknown(fact.kind);
  }
}
