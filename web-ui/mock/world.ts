// A small call centre that plays itself: the twin of the box behind its API, for tests and design.
import type {
  Account,
  Agent,
  AgentRequest,
  Alarm,
  Call,
  CallDetail,
  CallStage,
  CallSummary,
  Fact,
  InCall,
  Line,
  LiveAgent,
  LiveCall,
  ListEntry,
  Menu,
  Outcome,
  Party,
  Phone,
  Queue,
  Recording,
  Snapshot,
  Supervise,
} from "../src/api/model";
import { Settled, entries, furnished, type ChangeSet, type Version } from "./book.ts";
import { callers, menus, people, phonesFrom, queues, type Tongue } from "./cast.ts";

export type Scenario = "busy" | "quiet" | "empty" | "broken" | "setup";

type LiveRow = Omit<LiveAgent, "name" | "phone"> & { pending: "signed_out" | "not_ready" | null };
interface Playing extends CallDetail {
  stage: CallStage;
  stageAt: number;
  /** When the next thing happens to this call. */
  nextAt: number;
  /** The caller's patience in the queue. */
  patienceMs: number;
  keys: number;
}

/** Repeats the same story for the same seed (Park-Miller). */
function chance(seed: number) {
  let state = seed;
  return (from: number, to: number) => {
    state = (state * 48271) % 2147483647;
    return from + Math.floor((state / 2147483647) * (to - from + 1));
  };
}

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
] as const;
export type Book = Pick<World, (typeof SET)[number]>;

export class World extends Settled {
  readonly startedAt: number;
  agents: Agent[] = [];
  phones: Phone[] = [];
  queues: Queue[] = [];
  menus: Menu[] = [];
  accounts: Account[] = [
    {
      id: 1,
      name: "admin",
      role: "administrator",
      agent_id: null,
      groups: [],
      disabled: false,
      has_totp: false,
      created_at: 0,
    },
  ];
  number_list: ListEntry[] = [];
  sets: { row: ChangeSet; book: Book }[] = [];
  versions: { row: Version; book: Book }[] = [];
  lines: Line[] = [];
  alarms: Alarm[] = [];
  done: Playing[] = [];
  playing: Playing[] = [];
  seq = 0;
  #live = new Map<number, LiveRow>();
  #factSeq = 4000;
  #nextCall = 1;
  #nextId = 100;
  #nextArrivalAt = 0;
  #pick: (from: number, to: number) => number;

  constructor(
    readonly scenario: Scenario,
    private now: number,
    private readonly tongue: Tongue = "en",
    seed = 7,
  ) {
    super();
    this.#pick = chance(seed);
    this.startedAt = now;
    if (scenario !== "empty" && scenario !== "setup") this.#furnish();
    this.keepVersion("", "");
  }

  #furnish(): void {
    const target = this.now;
    // Two hours of work before the page opens, so that lists and counts have something to tell.
    this.now = target - 7_200_000;
    const names = people[this.tongue];
    this.phones = phonesFrom(names, this.now);
    const levels = [
      [],
      [{ skill: 1, level: 4 }],
      [
        { skill: 2, level: 5 },
        { skill: 1, level: 3 },
      ],
    ];
    this.agents = names.map((name, i) => ({
      id: i + 1,
      name,
      phone_id: i + 1,
      skills: levels[i % 3] ?? [],
      weight: 1,
    }));
    Object.assign(this, furnished(this.tongue));
    this.number_list = entries(this.tongue, target);
    this.queues = queues(this.tongue);
    this.menus = menus(this.tongue);
    this.lines = Array.from({ length: 12 }, (_, id) => ({
      id,
      name: `FXO ${id + 1}`,
      state: id === 5 ? "out_of_service" : "idle",
      call: null,
      since_at: this.now,
    }));
    for (const { id } of this.agents) this.#set(id, "idle");
    while (this.now < target) this.advance(Math.min(this.now + 500, target));
    this.#release(9);
    this.#release(10);
    this.#set(9, "not_ready", "lunch", 1_105_000);
    this.#set(10, "signed_out", null, 3_670_000);
    this.alarms = [
      {
        code: "line_down",
        since_at: target - 1_840_000,
        severity: "critical",
        subject: "FXO 6",
        message: "Line FXO 6 has no battery.",
      },
    ];
    const phone = this.phones[7];
    if (phone && this.scenario === "busy") {
      this.#release(8);
      this.#set(8, "device_down", null, 48_000);
      Object.assign(phone, { registered: false, contact: null, expires_at: null });
    }
    if (this.scenario === "quiet") this.#hush();
  }

  /** Ends every call, so that only the counts of the day are left. */
  #hush(): void {
    for (const call of [...this.playing]) this.#end(call, "abandoned_in_queue", "customer", 16);
    for (const agent of this.agents) this.#set(agent.id, "idle");
  }

  /** Whatever an agent was in ends. */
  #release(agent: number): void {
    const call = this.playing.find((c) => c.call.agent === agent && c.call.ended_at === null);
    if (call) this.#end(call, call.call.connected_at ? "served" : "failed", "agent", 16);
  }

  advance(now: number): void {
    this.now = now;
    if (this.scenario !== "empty" && this.scenario !== "setup") {
      this.#arrive();
      for (const call of [...this.playing]) this.#step(call);
      this.#finishWrapups();
    }
  }

  #touch(): void {
    this.seq++;
  }

  #fact(call: Playing | null, kind: string, fields: Record<string, unknown> = {}): void {
    const fact: Fact = { seq: ++this.#factSeq, at: this.now, kind, ...fields };
    if (call) call.facts.push({ ...fact, call: call.call.id });
    this.#touch();
  }

  #set(agent: number, state: LiveAgent["state"], reason: string | null = null, agoMs = 0): void {
    const row = this.#live.get(agent);
    const call = row?.call ?? null;
    const inCall = ["offering", "talking", "holding"].includes(state);
    this.#live.set(agent, {
      id: agent,
      state,
      reason,
      since_at: this.now - agoMs,
      call: inCall ? call : null,
      pending: row?.pending ?? null,
    });
    this.#touch();
  }

  #arrive(): void {
    if (this.scenario === "quiet" && this.now >= this.startedAt) return;
    if (this.now < this.#nextArrivalAt) return;
    this.#nextArrivalAt = this.now + this.#pick(3_000, 17_000);
    const free = this.lines.filter((line) => line.state === "idle");
    const line = free[this.#pick(0, Math.max(0, free.length - 1))];
    if (!line) return;
    const caller = callers[this.#pick(0, callers.length - 1)] ?? callers[0];
    if (!caller) return;
    const id = this.#nextCall++;
    const call: Playing = {
      call: {
        id,
        offered_at: this.now,
        caller,
        line: line.id,
        queue: null,
        agent: null,
        outcome: null,
        hung_up_by: null,
        cause: null,
        wait_ms: null,
        talk_ms: null,
        hold_ms: 0,
        duration_ms: 0,
        recordings: [],
        answered_at: null,
        queued_at: null,
        connected_at: null,
        ended_at: null,
        ring_ms: 0,
        ivr_ms: 0,
        wrapup_ms: 0,
      },
      facts: [],
      recordings: [],
      stage: "ringing",
      stageAt: this.now,
      nextAt: this.now + this.#pick(3_000, 5_000),
      patienceMs: this.#pick(40_000, 260_000),
      keys: 0,
    };
    Object.assign(line, { state: "ringing", call: id, since_at: this.now });
    this.playing.push(call);
    this.#fact(call, "call_offered", { leg: id * 2, line: line.id, caller, called: null });
  }

  #stage(call: Playing, stage: CallStage, forMs: number): void {
    call.stage = stage;
    call.stageAt = this.now;
    call.nextAt = this.now + forMs;
    this.#touch();
  }

  #step(call: Playing): void {
    if (call.stage === "waiting") this.#distribute(call);
    if (this.now < call.nextAt) return;
    const { call: record } = call;
    switch (call.stage) {
      case "ringing":
        return this.#answer(call);
      case "menu":
        return this.#key(call);
      case "waiting":
        return this.#end(call, "abandoned_in_queue", "customer", 16);
      case "offering":
        return this.#connect(call);
      case "talking":
        if (record.hold_ms === 0 && this.#pick(1, 5) === 1) return this.#hold(call);
        return this.#end(call, "served", this.#pick(1, 2) === 1 ? "customer" : "agent", 16);
      case "holding":
        record.hold_ms += this.now - call.stageAt;
        this.#fact(call, "retrieved", { leg: record.id * 2 + 1 });
        if (record.agent) this.#set(record.agent, "talking");
        return this.#stage(call, "talking", this.#pick(20_000, 90_000));
      case "ending":
        return;
    }
  }

  #answer(call: Playing): void {
    const line = this.lines.find((l) => l.id === call.call.line);
    if (line) Object.assign(line, { state: "in_use", since_at: this.now });
    call.call.answered_at = this.now;
    call.call.ring_ms = this.now - call.call.offered_at;
    this.#fact(call, "call_answered");
    this.#fact(call, "menu_entered", { menu: 1, attempt: 1 });
    this.#stage(call, "menu", this.#pick(4_000, 12_000));
  }

  #key(call: Playing): void {
    if (this.#pick(1, 24) === 1) return this.#end(call, "abandoned_in_menu", "customer", 16);
    if (call.keys === 0 && this.#pick(1, 9) === 1) {
      call.keys++;
      this.#fact(call, "digit_pressed", { digit: "7", duration_ms: 120 });
      this.#fact(call, "menu_invalid", { digit: "7" });
      this.#fact(call, "menu_entered", { menu: 1, attempt: 2 });
      return this.#stage(call, "menu", 6_000);
    }
    const choices = this.menus[0]?.choices ?? [];
    const choice = choices[this.#pick(0, Math.max(0, choices.length - 1))];
    if (!choice) return this.#end(call, "no_choice", "system", 16);
    this.#fact(call, "digit_pressed", { digit: choice.digit, duration_ms: this.#pick(70, 220) });
    call.call.queue = choice.queue;
    call.call.queued_at = this.now;
    call.call.ivr_ms = this.now - (call.call.answered_at ?? this.now);
    const position =
      1 + this.playing.filter((c) => c !== call && this.#inQueue(c, choice.queue)).length;
    this.#fact(call, "queued", { queue: choice.queue, position, again: false });
    this.#fact(call, "music_started");
    this.#stage(call, "waiting", call.patienceMs);
  }

  #inQueue(call: Playing, queue: number): boolean {
    return call.call.queue === queue && (call.stage === "waiting" || call.stage === "offering");
  }

  #distribute(call: Playing): void {
    const queue = this.queues.find((q) => q.id === call.call.queue);
    const ahead = this.playing.find((c) => c.stage === "waiting" && c.call.queue === queue?.id);
    if (!queue || ahead !== call) return;
    const rows = queue.agents.flatMap((id) => this.#live.get(id) ?? []);
    const idle = rows.filter((r) => r.state === "idle").sort((a, b) => a.since_at - b.since_at);
    const chosen = idle[0];
    if (!chosen) return;
    const others = rows.filter((r) => r !== chosen);
    const passed = this.playing
      .filter((c) => c !== call && c.stage === "waiting" && c.call.id < call.call.id)
      .map((c) => ({ call: c.call.id, not: "skill" }));
    const score_s = Math.round((this.now - (call.call.queued_at ?? this.now)) / 1000);
    const because = {
      strategy: queue.strategy,
      score_s,
      relaxed: score_s > 30 ? 1 : 0,
      dedicated: false,
      passed: passed.slice(0, 2),
    };
    const why = [chosen, ...others].map((row) => ({
      agent: row.id,
      points: this.agents.find((a) => a.id === row.id)?.skills[0]?.level ?? 0,
      idle_ms: row.state === "idle" ? this.now - row.since_at : null,
      not: row.state === "idle" ? null : row.state,
    }));
    call.call.agent = chosen.id;
    this.#fact(call, "agent_offered", {
      queue: queue.id,
      agent: chosen.id,
      leg: call.call.id * 2 + 1,
      why,
      because,
    });
    chosen.call = call.call.id;
    this.#set(chosen.id, "offering");
    this.#stage(call, "offering", this.#pick(2_000, 9_000));
  }

  #connect(call: Playing): void {
    const { call: record } = call;
    const agent = record.agent;
    if (agent === null) return;
    record.connected_at = this.now;
    record.wait_ms = this.now - (record.queued_at ?? this.now);
    const recording: Recording = {
      id: record.id,
      started_at: this.now,
      duration_ms: 0,
      state: "in_progress",
      bytes: 0,
    };
    call.recordings.push(recording);
    record.recordings.push(recording.id);
    this.#fact(call, "connected", { agent, leg: record.id * 2 + 1 });
    this.#fact(call, "recording_started", { recording: recording.id });
    this.#set(agent, "talking");
    this.#stage(call, "talking", this.#pick(25_000, 180_000));
  }

  #hold(call: Playing): void {
    this.#fact(call, "held", { leg: call.call.id * 2 + 1 });
    if (call.call.agent) this.#set(call.call.agent, "holding");
    this.#stage(call, "holding", this.#pick(12_000, 50_000));
  }

  #end(call: Playing, outcome: Outcome, by: Party, cause: number): void {
    const { call: record } = call;
    const queue = this.queues.find((q) => q.id === record.queue);
    Object.assign(record, { outcome, hung_up_by: by, cause, ended_at: this.now });
    if (call.stage === "holding") record.hold_ms += this.now - call.stageAt;
    record.duration_ms = this.now - record.offered_at;
    if (record.queued_at && record.wait_ms === null) record.wait_ms = this.now - record.queued_at;
    if (record.connected_at) record.talk_ms = this.now - record.connected_at - record.hold_ms;
    this.#fact(call, "call_ending", { outcome, by, cause });
    for (const recording of call.recordings) {
      recording.duration_ms = this.now - recording.started_at;
      recording.state = "complete";
      recording.bytes = 44 + recording.duration_ms * 32;
      this.#fact(call, "recording_stopped", { recording: recording.id });
    }
    if (record.agent !== null && record.connected_at) {
      this.#fact(call, "disconnected", { agent: record.agent, leg: record.id * 2 + 1 });
      record.wrapup_ms = (queue?.wrapup_s ?? 0) * 1000;
      this.#fact(call, "wrapup_started", {
        agent: record.agent,
        wrapup_ms: record.wrapup_ms,
      });
      this.#set(record.agent, "wrapup");
    } else if (record.agent !== null && call.stage === "offering") {
      const fields = { agent: record.agent, leg: record.id * 2 + 1, outcome: "caller_gone" };
      this.#fact(call, "offer_ended", fields);
      this.#set(record.agent, "idle");
      record.agent = null;
    }
    this.#fact(call, "leg_released", { leg: record.id * 2, cause });
    this.#fact(call, "call_ended", { outcome, by, cause });
    const line = this.lines.find((l) => l.id === record.line);
    if (line) Object.assign(line, { state: "idle", call: null, since_at: this.now });
    this.playing = this.playing.filter((c) => c !== call);
    this.done.unshift(call);
  }

  #finishWrapups(): void {
    for (const row of this.#live.values()) {
      if (row.state === "wrapup" && this.now - row.since_at > 30_000) this.#afterWrapup(row);
    }
  }

  #afterWrapup(row: LiveRow): void {
    const call = this.done.find((c) => c.call.agent === row.id);
    if (call) this.#fact(call, "wrapup_ended", { agent: row.id });
    const { pending } = row;
    row.pending = null;
    this.#set(row.id, pending ?? "idle", pending === "not_ready" ? row.reason : null);
  }

  /** What a screen asks of an agent; the sentence of a refusal, or null. */
  request(id: number, state: AgentRequest, reason: string | null): string | null {
    const row = this.#live.get(id);
    if (!row) return `there is no agent ${id}`;
    const inCall = row.call !== null || row.state === "wrapup";
    if (row.state === "signed_out" && state !== "signed_in") {
      return `agent ${id} is signed out; sign in first`;
    }
    switch (state) {
      case "signed_in":
      case "ready":
        row.pending = null;
        if (!inCall) this.#set(id, "idle");
        return null;
      case "signed_out":
      case "not_ready":
        if (inCall) Object.assign(row, { pending: state, reason });
        else this.#set(id, state, reason);
        return null;
      case "wrapup_done":
        if (row.state !== "wrapup") return `agent ${id} is not in wrap-up`;
        this.#afterWrapup(row);
        return null;
      case "hang_up": {
        if (row.call === null) return `agent ${id} is not in a call`;
        this.#release(id);
        return null;
      }
    }
  }

  #paused = new Set<number>();
  #supervised = new Map<number, LiveCall["supervision"]>();

  /** What a supervisor asks about an agent; the sentence of a refusal, or null. */
  supervise(id: number, asked: Supervise, account: string): string | null {
    const row = this.#live.get(id);
    const call = this.playing.find((c) => c.call.id === row?.call);
    switch (asked.supervise) {
      case "set_state":
        return this.request(id, asked.state, asked.state === "not_ready" ? asked.reason : null);
      case "begin":
        if (!call) return `agent ${id} is not in a call`;
        this.#supervised.set(call.call.id, { account, over: id, mode: asked.mode });
        break;
      case "end":
        if (call) this.#supervised.delete(call.call.id);
        break;
      case "take_over":
      case "release":
        if (call) this.#end(call, "served", "system", 16);
    }
    this.#touch();
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
      this.#fact(call, "transferred", { by: id, to: { agent: to }, mode: "blind" });
      this.#asks.delete(id);
      const row = this.#live.get(to);
      if (row) row.call = call.call.id;
      this.#set(id, "wrapup");
      this.#set(to, "talking");
      call.call.agent = to;
    };
    switch (asked.in_call) {
      case "hold":
        this.#hold(call);
        return null;
      case "retrieve":
        this.#fact(call, "retrieved", { leg: id });
        this.#set(id, "talking");
        this.#stage(call, "talking", 60_000);
        return null;
      case "transfer":
        if ("agent" in asked.to) give(asked.to.agent);
        else this.#end(call, "served", "agent", 16);
        return null;
      case "consult":
        this.#asks.set(id, { whom: asked.agent, together: false });
        this.#fact(call, "consult_began", { agent: asked.agent });
        this.#set(asked.agent, "talking");
        return null;
      case "complete":
        if (asks) give(asks.whom);
        return null;
      case "merge":
        if (asks) asks.together = true;
        this.#touch();
        return null;
      case "cancel":
        if (asks) this.#set(asks.whom, "idle");
        this.#asks.delete(id);
        this.#touch();
        return null;
      case "pause_recording":
        this.#paused.add(call.call.id);
        this.#touch();
        return null;
      case "resume_recording":
        this.#paused.delete(call.call.id);
        this.#touch();
        return null;
      case "swap":
        return null;
    }
  }

  snapshot(): Snapshot {
    const agents = this.agents.map((agent): LiveAgent => {
      const row = this.#live.get(agent.id);
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
        call: row?.call ?? null,
      };
    });
    const today = this.done.map((c) => c.call);
    const answered = (call: Call) => call.connected_at !== null;
    const abandoned = (call: Call) => call.outcome?.startsWith("abandoned") ?? false;
    return {
      type: "snapshot",
      seq: this.seq,
      at: this.now,
      lines: this.lines,
      agents,
      alarms: this.alarms,
      calls: this.playing.map(({ call, stage, stageAt }): LiveCall => ({
        id: call.id,
        since_at: call.offered_at,
        caller: call.caller,
        line: call.line,
        stage,
        stage_since_at: stageAt,
        queue: call.queue,
        agent: call.agent,
        parties: this.#parties(call.agent, stage),
        rung: null,
        business_type: null,
        vip: this.callers.find((known) => known.number === call.caller.number)?.vip ?? null,
        recorded: this.#paused.has(call.id)
          ? "paused"
          : ["talking", "holding"].includes(stage)
            ? "yes"
            : "no",
        supervision: this.#supervised.get(call.id) ?? null,
      })),
      queues: this.queues.map((queue) => {
        const waiting = this.playing.filter((c) => this.#inQueue(c, queue.id));
        const members = agents.filter((a) => queue.agents.includes(a.id));
        const past = today.filter((c) => c.queue === queue.id);
        return {
          id: queue.id,
          name: queue.name,
          waiting: waiting.length,
          oldest_at: waiting.length ? Math.min(...waiting.map((c) => c.call.queued_at ?? 0)) : null,
          agents_idle: members.filter((a) => a.state === "idle").length,
          agents_signed_in: members.filter((a) => a.state !== "signed_out").length,
          today: {
            offered: past.length + this.playing.filter((c) => c.call.queue === queue.id).length,
            answered: past.filter(answered).length,
            abandoned: past.filter(abandoned).length,
          },
        };
      }),
      today: {
        offered: today.length + this.playing.length,
        answered: today.filter(answered).length,
        abandoned: today.filter(abandoned).length,
        in_progress: this.playing.length,
      },
    };
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

  newId(): number {
    return this.#nextId++;
  }

  agentAdded(id: number): void {
    this.#set(id, "signed_out");
  }

  configured(): void {
    this.#touch();
  }

  /** All that is set, copied. */
  book(): Book {
    return structuredClone(Object.fromEntries(SET.map((key) => [key, this[key]]))) as Book;
  }

  setBook(book: Book): void {
    Object.assign(this, structuredClone(book));
    this.#touch();
  }

  keepVersion(author: string, note: string): void {
    const version = (this.versions[0]?.row.version ?? 0) + 1;
    this.versions.unshift({ row: { version, at: this.now, author, note }, book: this.book() });
  }
}
