import { api } from "../../api/http";
import { me } from "../../api/me.svelte";
import type {
  AgentRequest,
  Destination,
  Doing,
  InCall,
  LiveAgent,
  LiveCall,
  Phone,
  Supervise,
} from "../../api/model";
import { t } from "../../i18n/index.svelte";
import { words } from "../../ui/failure";
import { agentOrder } from "../../ui/states";
import { toasts } from "../../ui/toasts.svelte";
import { House } from "./house.svelte";

export type Order = "state" | "name";
/** How long a take-over can be undone (features B18). */
const UNDO_S = 3;
const KEPT_AS = "hotline.agent_order";

/** Who needs a person comes first, then who has been so the longest; or simply as configured. */
export function sorted(agents: LiveAgent[], order: Order): LiveAgent[] {
  if (order === "name") return agents;
  const rank = (agent: LiveAgent) => agentOrder.indexOf(agent.state);
  return [...agents].sort((a, b) => rank(a) - rank(b) || a.since_at - b.since_at || a.id - b.id);
}

/** The same agents as `agents`, in the places that `ids` gave them; newcomers at the end. */
export function inPlaces(agents: LiveAgent[], ids: number[]): LiveAgent[] {
  const place = (agent: LiveAgent) => {
    const at = ids.indexOf(agent.id);
    return at < 0 ? ids.length : at;
  };
  return [...agents].sort((a, b) => place(a) - place(b));
}

/** What may be asked of an agent in this state. */
export function requests(agent: LiveAgent): AgentRequest[] {
  switch (agent.state) {
    case "signed_out":
      return ["signed_in"];
    case "not_ready":
      return ["ready", "signed_out"];
    case "idle":
    case "device_down":
      return ["not_ready", "signed_out"];
    case "wrapup":
      return ["wrapup_done", "not_ready", "signed_out"];
    case "offering":
    case "dialing":
      return ["not_ready", "signed_out"];
    case "talking":
    case "holding":
    case "consulting":
    case "conferencing":
      return ["not_ready", "signed_out", "hang_up"];
  }
}

/** What an agent does in a call, which says more than the state: "talking" may be aside. */
export const doingOf = (agent: LiveAgent, call: LiveCall | null): Doing | null =>
  call?.parties.find((party) => party.agent === agent.id)?.doing ?? null;

/** What stands behind a choice of where a call goes, if it is somewhere: `agent 3`, `queue 2`,
 * `voicemail house`, or `number` and what was typed. A number of a telephone here is that
 * telephone; all others are outside. */
export function destinationOf(
  choice: string,
  typed: string,
  known: { agents: number[]; phones: Pick<Phone, "id" | "extension">[] },
): Destination | null {
  const [kind, which = "", id = ""] = choice.split(" ");
  switch (kind) {
    case "agent":
      return known.agents.includes(Number(which)) ? { agent: Number(which) } : null;
    case "queue":
      return { queue: Number(which) };
    case "voicemail":
      if (which === "house") return { voicemail: "house" };
      return { voicemail: which === "queue" ? { queue: Number(id) } : { agent: Number(id) } };
    case "number": {
      const digits = typed.replace(/[\s()-]/g, "");
      if (!/^\+?[\d*#]{2,32}$/.test(digits)) return null;
      const phone = known.phones.find(({ extension }) => extension === digits);
      return phone ? { phone: phone.id } : { outside: digits };
    }
    default:
      return null;
  }
}

export type InCallKind = InCall["in_call"];

/** What may be asked about the call of an agent who does this in it. */
export function inCallKinds(agent: LiveAgent, call: LiveCall | null): InCallKind[] {
  const party = call?.parties.find(({ agent: id }) => id === agent.id);
  const kinds = partyKinds(party);
  if (party?.doing === "talking" && call?.recorded === "yes") kinds.push("pause_recording");
  if (call?.recorded === "paused") kinds.push("resume_recording");
  return kinds;
}

function partyKinds(party: LiveCall["parties"][number] | undefined): InCallKind[] {
  switch (party?.doing) {
    case "talking":
      return ["hold", "transfer", "consult", "park"];
    case "holding":
      return ["retrieve"];
    case "consulting":
      return party.consulted ? [] : ["complete", "merge", "swap", "cancel"];
    case "conferencing":
      return ["hold"];
    default:
      return [];
  }
}

/** Requests that wait for the end of the call and of wrap-up. */
const LATER: AgentRequest[] = ["not_ready", "signed_out"];

export class LiveState {
  order = $state<Order>(localStorage.getItem(KEPT_AS) === "name" ? "name" : "state");
  /** Who is an agent sees the own call and notes first. */
  selected = $state<number | null>(me.session?.user.agent_id ?? null);
  /** A request is on its way. */
  asking = $state(false);
  readonly house = new House();

  /** A call that will be taken over in a moment, unless it is undone. */
  takesOver = $state.raw<{ agent: LiveAgent; reason: string; left: number } | null>(null);
  #takes: ReturnType<typeof setInterval> | undefined;

  /** Takes the call over after three seconds in which that can be undone. */
  takeOver(agent: LiveAgent, reason: string): void {
    this.undoTakeOver();
    this.takesOver = { agent, reason, left: UNDO_S };
    this.#takes = setInterval(() => {
      const next = this.takesOver;
      if (next === null) return;
      this.takesOver = { ...next, left: next.left - 1 };
      if (next.left > 1) return;
      this.undoTakeOver();
      void this.supervise(agent, { supervise: "take_over", reason }, t.live.takeOver);
    }, 1000);
  }

  undoTakeOver(): void {
    clearInterval(this.#takes);
    this.takesOver = null;
  }

  setOrder(order: Order): void {
    this.order = order;
    localStorage.setItem(KEPT_AS, order);
  }

  /** Asks for something about an agent as a supervisor; whether it was done. */
  async supervise(agent: LiveAgent, what: Supervise, told: string): Promise<boolean> {
    this.asking = true;
    try {
      await api.supervise(agent.id, what);
      toasts.tell(t.live.done(agent.name, told));
      return true;
    } catch (error) {
      toasts.tellFailure(`${t.failure.request}: ${words(error)}`);
      return false;
    } finally {
      this.asking = false;
    }
  }

  /** Asks for something about the call an agent is in. */
  async askInCall(agent: LiveAgent, what: InCall): Promise<void> {
    this.asking = true;
    try {
      await api.inCall(agent.id, what);
      toasts.tell(t.live.done(agent.name, t.inCall[what.in_call]));
    } catch (error) {
      toasts.tellFailure(`${t.failure.request}: ${words(error)}`);
    } finally {
      this.asking = false;
    }
  }

  async ask(agent: LiveAgent, request: AgentRequest, reason: string | null = null): Promise<void> {
    const waits = LATER.includes(request) && (agent.call !== null || agent.state === "wrapup");
    this.asking = true;
    try {
      await api.setAgentState(agent.id, request, reason);
      const tell = waits ? t.live.asked : t.live.done;
      toasts.tell(tell(agent.name, requestWord(request)));
    } catch (error) {
      toasts.tellFailure(`${t.failure.request}: ${words(error)}`);
    } finally {
      this.asking = false;
    }
  }
}

export function requestWord(request: AgentRequest): string {
  return {
    signed_in: t.live.signInAgent,
    signed_out: t.live.signOutAgent,
    ready: t.live.setReady,
    not_ready: t.live.setNotReady,
    wrapup_done: t.live.wrapupDone,
    hang_up: t.live.hangUp,
  }[request];
}

/** The reason in the language of the page where it is a known one. */
export function reasonWords(reason: string | null): string {
  if (reason === null) return "";
  return (t.reason as Record<string, string>)[reason] ?? reason;
}
