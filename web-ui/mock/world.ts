// The twin of the box behind its API, for tests and design: what screens ask of it and see of it.
import type {
  AgentRequest,
  Call,
  CallDetail,
  CallStage,
  CallSummary,
  InCall,
  LiveAgent,
  LiveCall,
  Mailbox,
  Recording,
  Snapshot,
  Supervise,
} from "../src/api/model";
import type { ChangeSet, Version } from "./book.ts";
import type { Tongue } from "./cast.ts";
import { Play, wrapupEnds, type LiveRow, type Playing, type Scenario } from "./play.ts";

export type { Scenario } from "./play.ts";

/** What a change-set and a version hold. */
const SET = [
  "agents",
  "queues",
  "menus",
  "skills",
  "business_types",
  "callers",
  "inbound_routes",
  "outbound_rules",
  "trunk_groups",
  "schedules",
  "calendar",
  "emergency",
  "may_call",
  "number_plan",
  "mailboxes",
  "breaks",
] as const;
export type Book = Pick<World, (typeof SET)[number]>;

export class World extends Play {
  sets: { row: ChangeSet; book: Book }[] = [];
  versions: { row: Version; book: Book }[] = [];

  constructor(scenario: Scenario, now: number, tongue: Tongue = "en", seed = 7) {
    super(scenario, now, tongue, seed);
    this.keepVersion("", "");
  }

  /** What a screen asks of an agent; the sentence of a refusal, or null. */
  request(id: number, state: AgentRequest, reason: string | null): string | null {
    const row = this.live.get(id);
    if (!row) return `there is no agent ${id}`;
    const inCall = row.call !== null || row.state === "wrapup";
    if (row.state === "signed_out" && state !== "signed_in") {
      return `agent ${id} is signed out; sign in first`;
    }
    switch (state) {
      case "signed_in":
      case "ready":
        row.pending = null;
        if (!inCall) this.setState(id, "idle");
        return null;
      case "signed_out":
      case "not_ready":
        if (inCall) Object.assign(row, { pending: state, reason });
        else this.setState(id, state, reason);
        return null;
      case "wrapup_done":
        if (row.state !== "wrapup") return `agent ${id} is not in wrap-up`;
        this.afterWrapup(row);
        return null;
      case "hang_up": {
        if (row.call === null) return `agent ${id} is not in a call`;
        this.releases(id);
        return null;
      }
    }
  }

  #paused = new Set<number>();
  #supervised = new Map<number, LiveCall["supervision"]>();

  /** What a supervisor asks about an agent; the sentence of a refusal, or null. */
  supervise(id: number, asked: Supervise, account: string): string | null {
    const row = this.live.get(id);
    const call = this.playing.find((c) => c.call.id === row?.call);
    switch (asked.supervise) {
      case "set_state":
        return this.request(id, asked.state, asked.state === "not_ready" ? asked.reason : null);
      case "begin":
        if (!call) return `agent ${id} is not in a call`;
        this.takenInHand(call);
        this.#supervised.set(call.call.id, { account, over: id, mode: asked.mode });
        break;
      case "end":
        if (call) this.#supervised.delete(call.call.id);
        break;
      case "take_over":
      case "release":
        if (call) this.ends(call, "served", "system", 16);
    }
    this.touch();
    return null;
  }

  /** Whom each agent asks aside, and whether all talk by now. */
  #asks = new Map<number, { whom: number; together: boolean }>();

  #parties(agent: number | null, stage: CallStage): LiveCall["parties"] {
    if (agent === null || !["talking", "holding"].includes(stage)) return [];
    const asks = this.#asks.get(agent);
    if (!asks) return [{ agent, doing: stage as "talking", consulted: false }];
    const doing = asks.together ? "conferencing" : "consulting";
    return [
      { agent, doing, consulted: false },
      { agent: asks.whom, doing, consulted: !asks.together },
    ];
  }

  /** What a screen asks about the call an agent is in; the sentence of a refusal, or null. */
  inCall(id: number, asked: InCall): string | null {
    const call = this.playing.find(
      (c) => c.call.agent === id && ["talking", "holding"].includes(c.stage),
    );
    if (!call) return `agent ${id} is not in a call`;
    const asks = this.#asks.get(id);
    const give = (to: number) => {
      this.tell(call, "transferred", { by: id, to: { agent: to }, mode: "blind" });
      this.#asks.delete(id);
      const row = this.live.get(to);
      if (row) row.call = call.call.id;
      this.setState(id, "wrapup");
      this.setState(to, "talking");
      call.call.agent = to;
    };
    switch (asked.in_call) {
      case "hold":
        this.holds(call);
        this.takenInHand(call);
        return null;
      case "retrieve":
        this.tell(call, "retrieved", { leg: id });
        this.setState(id, "talking");
        this.enter(call, "talking", Infinity);
        return null;
      case "transfer":
        if ("agent" in asked.to) give(asked.to.agent);
        else this.ends(call, "served", "agent", 16);
        return null;
      case "consult":
        if (!("agent" in asked.to)) {
          this.#asks.set(id, { whom: 0, together: false });
          this.tell(call, "other_asked", { by: id, to: asked.to });
          this.touch();
          return null;
        }
        this.#asks.set(id, { whom: asked.to.agent, together: false });
        this.tell(call, "consult_began", { agent: asked.to.agent });
        this.setState(asked.to.agent, "talking");
        return null;
      case "complete":
        if (asks) give(asks.whom);
        return null;
      case "merge":
        if (asks) asks.together = true;
        this.touch();
        return null;
      case "cancel":
        if (asks) this.setState(asks.whom, "idle");
        this.#asks.delete(id);
        this.touch();
        return null;
      case "pause_recording":
        this.#paused.add(call.call.id);
        this.touch();
        return null;
      case "resume_recording":
        this.#paused.delete(call.call.id);
        this.touch();
        return null;
      case "swap":
      case "park":
        return null;
    }
  }

  snapshot(): Snapshot {
    const agents = this.agents.map((agent): LiveAgent => {
      const row = this.live.get(agent.id);
      const phone = this.phones.find((p) => p.id === agent.phone_id);
      return {
        id: agent.id,
        name: agent.name,
        phone: {
          id: agent.phone_id,
          extension: phone?.extension ?? "",
          registered: phone?.registered ?? false,
        },
        state: row?.state ?? "signed_out",
        since_at: row?.since_at ?? this.startedAt,
        reason: row?.reason ?? null,
        do_not_disturb: false,
        forwarded_to: null,
        call: row?.call ?? null,
        unheard: this.#unheard({ agent: agent.id }),
      };
    });
    const today = this.done.map((c) => c.call);
    const answered = (call: Call) => call.connected_at !== null;
    const abandoned = (call: Call) => call.outcome?.startsWith("abandoned") ?? false;
    const flowed = (call: Call) => !answered(call) && !abandoned(call);
    return {
      type: "snapshot",
      seq: this.seq,
      at: this.now,
      lines: this.lines,
      agents,
      callbacks: this.callbacks,
      unheard: this.#unheard("house"),
      alarms: this.alarms,
      help: this.help,
      calls: this.playing.map(({ call, stage, stageAt }): LiveCall => ({
        id: call.id,
        since_at: call.offered_at,
        caller: call.caller,
        origin: call.origin,
        line: call.line,
        stage,
        stage_since_at: stageAt,
        queue: call.queue,
        agent: call.agent,
        parties: this.#parties(call.agent, stage),
        rung: null,
        parked: null,
        business_type: call.business_type,
        vip: this.callers.find((known) => known.number === call.caller.number)?.vip ?? null,
        recorded: this.#paused.has(call.id)
          ? "paused"
          : ["talking", "holding"].includes(stage)
            ? "yes"
            : "no",
        supervision: this.#supervised.get(call.id) ?? null,
      })),
      queues: this.queues.map((queue) => {
        const waiting = this.playing.filter((c) => this.inQueue(c, queue.id));
        const members = agents.filter((a) => queue.agents.includes(a.id));
        const past = today.filter((c) => c.queue === queue.id);
        return {
          id: queue.id,
          name: queue.name,
          waiting: waiting.length,
          oldest_at: waiting.length ? Math.min(...waiting.map((c) => c.call.queued_at ?? 0)) : null,
          agents_idle: members.filter((a) => a.state === "idle").length,
          agents_signed_in: members.filter((a) => a.state !== "signed_out").length,
          unheard: this.#unheard({ queue: queue.id }),
          is_disabled: queue.is_disabled ?? false,
          target: queue.service_level ?? { percent: 80, within_s: 20 },
          today: {
            offered: past.length + this.playing.filter((c) => c.call.queue === queue.id).length,
            answered: past.filter(answered).length,
            abandoned: past.filter(abandoned).length,
            flowed_out: past.filter(flowed).length,
            waiting: waiting.length,
          },
        };
      }),
      today: {
        offered: today.length + this.playing.length,
        answered: today.filter(answered).length,
        abandoned: today.filter(abandoned).length,
        flowed_out: today.filter(flowed).length,
        waiting: this.playing.filter((c) => c.call.connected_at === null).length,
        in_progress: this.playing.length,
      },
    };
  }

  #unheard(mailbox: Mailbox): number {
    const same = (one: Mailbox) => JSON.stringify(one) === JSON.stringify(mailbox);
    return this.messages.filter((row) => !row.heard && same(row.mailbox)).length;
  }

  /** A call that still goes on has lengths that grow. */
  #timed(call: Playing): Call {
    if (call.call.ended_at !== null) return call.call;
    return { ...call.call, duration_ms: this.now - call.call.offered_at };
  }

  calls(query: URLSearchParams): {
    calls: CallSummary[];
    next: number | null;
    total_estimate: number;
  } {
    const number = query.get("number")?.replace(/\D/g, "");
    const same = (field: string, value: unknown) =>
      !query.get(field) || query.get(field) === String(value);
    const all = [...this.playing, ...this.done]
      .map((call) => this.#timed(call))
      .sort((a, b) => b.id - a.id)
      .filter(
        (call) =>
          same("outcome", call.outcome) &&
          same("direction", call.direction) &&
          same("agent", call.agent) &&
          same("queue", call.queue) &&
          (!number || call.caller.number?.includes(number)) &&
          call.offered_at >= Number(query.get("from_at") ?? 0) &&
          call.offered_at < Number(query.get("to_at") ?? Infinity),
      );
    const before = Number(query.get("before") ?? Infinity);
    const rest = all.filter((call) => call.id < before);
    const calls = rest.slice(0, Number(query.get("limit") ?? 50));
    const last = calls.at(-1);
    return {
      calls,
      next: last && calls.length < rest.length ? last.id : null,
      total_estimate: all.length,
    };
  }

  call(id: number): CallDetail | null {
    const found = [...this.playing, ...this.done].find((c) => c.call.id === id);
    if (!found) return null;
    return { call: this.#timed(found), facts: found.facts, recordings: found.recordings };
  }

  recording(id: number): Recording | null {
    const found = [...this.playing, ...this.done].flatMap((c) => c.recordings);
    return found.find((r) => r.id === id) ?? null;
  }

  /** Somebody dials a number for help at a phone here. */
  callsForHelp(number: string, extension: string): void {
    const phone = this.phones.find((known) => known.extension === extension);
    const agent = this.agents.find((known) => known.phone_id === phone?.id);
    this.help = [
      ...this.help,
      {
        ...{ id: this.newId(), call: null, number, at: this.now, state: "ringing" },
        ...{ agent: agent?.name ?? null, extension, phone: phone?.name ?? null },
      },
    ];
    this.touch();
  }

  /** Whether it was shown until now. */
  helpSeen(id: number): boolean {
    const before = this.help.length;
    this.help = this.help.filter((notice) => notice.id !== id);
    this.touch();
    return this.help.length < before;
  }

  rowOf(agent: number): LiveRow | null {
    return this.live.get(agent) ?? null;
  }

  /** The call an agent has, or had last. */
  callOf(agent: number): Call | null {
    const row = this.live.get(agent);
    if (row?.state === "wrapup") return this.done.find((c) => c.call.agent === agent)?.call ?? null;
    return this.playing.find((c) => c.call.id === row?.call)?.call ?? null;
  }

  callOfRecording(id: number): number | null {
    const all = [...this.playing, ...this.done];
    return all.find((c) => c.recordings.some((r) => r.id === id))?.call.id ?? null;
  }

  wrapupEnds(agent: number): number | null {
    const row = this.live.get(agent);
    return row ? wrapupEnds(row) : null;
  }

  /** More time for notes. */
  extend(agent: number, byMs: number): void {
    const row = this.live.get(agent);
    if (row) row.moreMs = (row.moreMs ?? 0) + byMs;
    this.touch();
  }

  newId(): number {
    return this.nextId++;
  }

  agentAdded(id: number): void {
    this.setState(id, "signed_out");
  }

  configured(): void {
    this.touch();
  }

  /** All that is set, copied. */
  book(): Book {
    return structuredClone(Object.fromEntries(SET.map((key) => [key, this[key]]))) as Book;
  }

  setBook(book: Book): void {
    Object.assign(this, structuredClone(book));
    this.touch();
  }

  keepVersion(author: string, note: string): void {
    const version = (this.versions[0]?.row.version ?? 0) + 1;
    this.versions.unshift({ row: { version, at: this.now, author, note }, book: this.book() });
  }
}
