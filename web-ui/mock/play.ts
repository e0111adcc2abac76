// A small call centre that plays itself: callers come, press a key, wait, talk and go.
import type {
  Account,
  Agent,
  Alarm,
  Callback,
  CallForHelp,
  CallDetail,
  CallStage,
  Fact,
  Line,
  LiveAgent,
  ListEntry,
  Menu,
  Target,
  Outcome,
  Party,
  Phone,
  Queue,
  Recording,
  Voicemail,
} from "../src/api/model";
import { Settled, entries, furnished } from "./book.ts";
import { messagesFor } from "./mailboxes.ts";
import { originOf } from "./numbers.ts";
import { callers, menus, people, phonesFrom, queues, waitingAtHome, type Tongue } from "./cast.ts";

export type Scenario = "busy" | "quiet" | "empty" | "broken" | "setup";

export type LiveRow = Omit<
  LiveAgent,
  "name" | "phone" | "unheard" | "do_not_disturb" | "forwarded_to"
> & {
  pending: "signed_out" | "not_ready" | null;
  /** By how much the time for notes was made longer. */
  moreMs?: number;
};
export interface Playing extends CallDetail {
  stage: CallStage;
  stageAt: number;
  /** When the next thing happens to this call. */
  nextAt: number;
  /** The caller's patience in the queue. */
  patienceMs: number;
  keys: number;
}

/** When the time for notes of an agent ends by itself. */
export const wrapupEnds = (row: LiveRow): number => row.since_at + 30_000 + (row.moreMs ?? 0);

/** Repeats the same story for the same seed (Park-Miller). */
function chance(seed: number) {
  let state = seed;
  return (from: number, to: number) => {
    state = (state * 48271) % 2147483647;
    return from + Math.floor((state / 2147483647) * (to - from + 1));
  };
}

/** The calls and the people in them, as they go by themselves. */
export class Play extends Settled {
  readonly startedAt: number;
  agents: Agent[] = [];
  phones: Phone[] = [];
  queues: Queue[] = [];
  menus: Menu[] = [];
  messages: Voicemail[] = [];
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
  lines: Line[] = [];
  alarms: Alarm[] = [];
  callbacks: Callback[] = [];
  help: CallForHelp[] = [];
  done: Playing[] = [];
  playing: Playing[] = [];
  seq = 0;
  protected live = new Map<number, LiveRow>();
  #factSeq = 4000;
  #nextCall = 1;
  protected nextId = 100;
  #nextArrivalAt = 0;
  #pick: (from: number, to: number) => number;

  constructor(
    readonly scenario: Scenario,
    protected now: number,
    readonly tongue: Tongue = "en",
    seed = 7,
  ) {
    super();
    this.#pick = chance(seed);
    this.startedAt = now;
    if (scenario !== "empty" && scenario !== "setup") this.#furnish();
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
      forward: null,
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
    this.messages = messagesFor(target);
    this.lines = Array.from({ length: 12 }, (_, id) => ({
      id,
      name: `FXO ${id + 1}`,
      state: id === 5 ? "out_of_service" : "idle",
      call: null,
      since_at: this.now,
    }));
    for (const { id } of this.agents) this.setState(id, "idle");
    this.#dialled("075583206611", 1, "served");
    this.#dialled("13900002002", 4, "not_reached");
    while (this.now < target) this.advance(Math.min(this.now + 500, target));
    this.releases(9);
    this.releases(10);
    this.setState(9, "not_ready", "lunch", 1_105_000);
    this.setState(10, "signed_out", null, 3_670_000);
    this.callbacks = waitingAtHome(target);
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
      this.releases(8);
      this.setState(8, "device_down", null, 48_000);
      Object.assign(phone, { registered: false, contact: null, expires_at: null });
    }
    if (this.scenario === "quiet") this.#hush();
  }

  /** A call that an agent made before the page opened. */
  #dialled(number: string, agent: number, outcome: "served" | "not_reached"): void {
    const talked = outcome === "served" ? 84_000 : 0;
    const id = this.#nextCall++;
    const caller = { number: String(8000 + agent), name: null, presentation: "allowed" as const };
    const at = this.now - 600_000 + id * 1000;
    const connected_at = talked > 0 ? at + 9_000 : null;
    const call: Playing["call"] = {
      ...{ id, offered_at: at, direction: "outbound", caller, called: number, line: 0 },
      origin: originOf(number),
      ...{
        queue: null,
        business_type: null,
        agent,
        outcome,
        hung_up_by: "agent",
        cause: 16,
        wait_ms: null,
      },
      ...{ talk_ms: talked || null, hold_ms: 0, duration_ms: 9_000 + talked, recordings: [] },
      ...{ business_type: null, transfers: 0, transfers_failed: 0 },
      ...{ transferred_unanswered: false, legs: [] },
      ...{
        answered_at: connected_at,
        queued_at: null,
        left_by: null,
        connected_at,
        ended_at: at + 9_000 + talked,
      },
      ...{ ring_ms: 9_000, ivr_ms: 0, wrapup_ms: 0, wrapup_code: null, note: null },
    };
    const gone = {
      stage: "ending" as const,
      stageAt: at,
      nextAt: Infinity,
      patienceMs: 0,
      keys: 0,
    };
    this.done.unshift({ call, facts: [], recordings: [], ...gone });
  }

  /** Ends every call, so that only the counts of the day are left. */
  #hush(): void {
    for (const call of [...this.playing]) this.ends(call, "abandoned_in_queue", "customer", 16);
    for (const agent of this.agents) this.setState(agent.id, "idle");
  }

  /** Whatever an agent was in ends. */
  protected releases(agent: number): void {
    const call = this.playing.find((c) => c.call.agent === agent && c.call.ended_at === null);
    if (call) this.ends(call, call.call.connected_at ? "served" : "failed", "agent", 16);
  }

  advance(now: number): void {
    this.now = now;
    if (this.scenario !== "empty" && this.scenario !== "setup") {
      this.#arrive();
      for (const call of [...this.playing]) this.#step(call);
      this.#finishWrapups();
    }
  }

  protected touch(): void {
    this.seq++;
  }

  protected tell(call: Playing | null, kind: string, fields: Record<string, unknown> = {}): void {
    const fact: Fact = { seq: ++this.#factSeq, at: this.now, kind, ...fields };
    if (call) call.facts.push({ ...fact, call: call.call.id });
    this.touch();
  }

  protected setState(
    agent: number,
    state: LiveAgent["state"],
    reason: string | null = null,
    agoMs = 0,
  ): void {
    const row = this.live.get(agent);
    const call = row?.call ?? null;
    const inCall = ["offering", "talking", "holding"].includes(state);
    this.live.set(agent, {
      id: agent,
      state,
      reason,
      since_at: this.now - agoMs,
      call: inCall ? call : null,
      pending: row?.pending ?? null,
    });
    this.touch();
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
        direction: "inbound",
        caller,
        called: null,
        origin: originOf(caller.number),
        line: line.id,
        queue: null,
        business_type: null,
        agent: null,
        outcome: null,
        hung_up_by: null,
        cause: null,
        wait_ms: null,
        talk_ms: null,
        hold_ms: 0,
        duration_ms: 0,
        transfers: 0,
        transfers_failed: 0,
        transferred_unanswered: false,
        legs: [],
        recordings: [],
        answered_at: null,
        queued_at: null,
        left_by: null,
        connected_at: null,
        ended_at: null,
        ring_ms: 0,
        ivr_ms: 0,
        wrapup_ms: 0,
        wrapup_code: null,
        note: null,
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
    this.tell(call, "call_offered", { leg: id * 2, line: line.id, caller, called: null });
  }

  protected enter(call: Playing, stage: CallStage, forMs: number): void {
    call.stage = stage;
    call.stageAt = this.now;
    call.nextAt = this.now + forMs;
    this.touch();
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
        return this.ends(call, "abandoned_in_queue", "customer", 16);
      case "offering":
        return this.#connect(call);
      case "talking":
        if (record.hold_ms === 0 && this.#pick(1, 5) === 1) return this.holds(call);
        return this.ends(call, "served", this.#pick(1, 2) === 1 ? "customer" : "agent", 16);
      case "holding":
        record.hold_ms += this.now - call.stageAt;
        this.tell(call, "retrieved", { leg: record.id * 2 + 1 });
        if (record.agent) this.setState(record.agent, "talking");
        return this.enter(call, "talking", this.#pick(20_000, 90_000));
      case "ending":
        return;
    }
  }

  #answer(call: Playing): void {
    const line = this.lines.find((l) => l.id === call.call.line);
    if (line) Object.assign(line, { state: "in_use", since_at: this.now });
    call.call.answered_at = this.now;
    call.call.ring_ms = this.now - call.call.offered_at;
    this.tell(call, "call_answered");
    this.tell(call, "menu_entered", { menu: 1, attempt: 1 });
    this.enter(call, "menu", this.#pick(4_000, 12_000));
  }

  #key(call: Playing): void {
    if (this.#pick(1, 24) === 1) return this.ends(call, "abandoned_in_menu", "customer", 16);
    if (call.keys === 0 && this.#pick(1, 9) === 1) {
      call.keys++;
      this.tell(call, "digit_pressed", { digit: "7", duration_ms: 120 });
      this.tell(call, "menu_invalid", { digit: "7" });
      this.tell(call, "menu_entered", { menu: 1, attempt: 2 });
      return this.enter(call, "menu", 6_000);
    }
    const choices = this.menus[0]?.choices ?? [];
    const choice = choices[this.#pick(0, Math.max(0, choices.length - 1))];
    if (!choice) return this.ends(call, "no_choice", "system", 16);
    this.tell(call, "digit_pressed", { digit: choice.digit, duration_ms: this.#pick(70, 220) });
    if (!("queue" in choice.target)) return this.#lead(call, choice.target);
    const { queue } = choice.target;
    // The second key of the mock's menu says what the call is about.
    if (choice.digit === "2") call.call.business_type = this.business_types[0]?.id ?? null;
    call.call.queue = queue;
    call.call.queued_at = this.now;
    call.call.ivr_ms = this.now - (call.call.answered_at ?? this.now);
    const position = 1 + this.playing.filter((c) => c !== call && this.inQueue(c, queue)).length;
    this.tell(call, "queued", { queue, position, again: false });
    this.tell(call, "music_started");
    this.enter(call, "waiting", call.patienceMs);
  }

  /** A key that leads to no queue: of what comes then only the end is played. */
  #lead(call: Playing, target: Target): void {
    if ("menu" in target) {
      this.tell(call, "menu_entered", { menu: target.menu, attempt: 1 });
      return this.enter(call, "menu", 6_000);
    }
    if ("voicemail" in target) return this.ends(call, "left_message", "customer", 16);
    if ("announcement" in target) return this.ends(call, "announced", "system", 16);
    this.ends(call, "not_answered", "customer", 16);
  }

  protected inQueue(call: Playing, queue: number): boolean {
    return call.call.queue === queue && (call.stage === "waiting" || call.stage === "offering");
  }

  #distribute(call: Playing): void {
    const queue = this.queues.find((q) => q.id === call.call.queue);
    const ahead = this.playing.find((c) => c.stage === "waiting" && c.call.queue === queue?.id);
    if (!queue || ahead !== call) return;
    const rows = queue.agents.flatMap((id) => this.live.get(id) ?? []);
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
    this.tell(call, "agent_offered", {
      queue: queue.id,
      agent: chosen.id,
      leg: call.call.id * 2 + 1,
      why,
      because,
    });
    chosen.call = call.call.id;
    this.setState(chosen.id, "offering");
    this.enter(call, "offering", this.#pick(2_000, 9_000));
  }

  #connect(call: Playing): void {
    const { call: record } = call;
    const agent = record.agent;
    if (agent === null) return;
    const offers = call.facts.filter(({ kind }) => kind === "agent_offered").length;
    if (record.id % 6 === 0 && offers === 1) return this.#missed(call, agent);
    record.connected_at = this.now;
    record.wait_ms = this.now - (record.queued_at ?? this.now);
    const recording: Recording = {
      id: record.id,
      started_at: this.now,
      duration_ms: 0,
      state: "in_progress",
      bytes: 0,
      held: false,
    };
    call.recordings.push(recording);
    record.recordings.push(recording.id);
    this.tell(call, "connected", { agent, leg: record.id * 2 + 1 });
    this.tell(call, "recording_started", { recording: recording.id });
    this.setState(agent, "talking");
    this.enter(call, "talking", this.#pick(25_000, 180_000));
  }

  /** The agent lets it ring; the caller waits on. */
  #missed(call: Playing, agent: number): void {
    const fields = { agent, leg: call.call.id * 2 + 1, outcome: "no_answer" };
    this.tell(call, "offer_ended", fields);
    this.setState(agent, "idle");
    call.call.agent = null;
    this.enter(call, "waiting", call.patienceMs);
  }

  /** A person acts on this call: nothing happens to it by itself any more. */
  protected takenInHand(call: Playing): void {
    call.nextAt = Infinity;
  }

  protected holds(call: Playing): void {
    this.tell(call, "held", { leg: call.call.id * 2 + 1 });
    if (call.call.agent) this.setState(call.call.agent, "holding");
    this.enter(call, "holding", this.#pick(12_000, 50_000));
  }

  protected ends(call: Playing, outcome: Outcome, by: Party, cause: number): void {
    const { call: record } = call;
    const queue = this.queues.find((q) => q.id === record.queue);
    Object.assign(record, { outcome, hung_up_by: by, cause, ended_at: this.now });
    if (call.stage === "holding") record.hold_ms += this.now - call.stageAt;
    record.duration_ms = this.now - record.offered_at;
    if (record.queued_at && record.wait_ms === null) record.wait_ms = this.now - record.queued_at;
    if (record.connected_at) record.talk_ms = this.now - record.connected_at - record.hold_ms;
    this.tell(call, "call_ending", { outcome, by, cause });
    for (const recording of call.recordings) {
      recording.duration_ms = this.now - recording.started_at;
      recording.state = "complete";
      recording.bytes = 44 + recording.duration_ms * 32;
      this.tell(call, "recording_stopped", { recording: recording.id });
    }
    if (record.agent !== null && record.connected_at) {
      this.tell(call, "disconnected", { agent: record.agent, leg: record.id * 2 + 1 });
      record.wrapup_ms = (queue?.wrapup_s ?? 0) * 1000;
      this.tell(call, "wrapup_started", {
        agent: record.agent,
        wrapup_ms: record.wrapup_ms,
      });
      this.setState(record.agent, "wrapup");
    } else if (record.agent !== null && call.stage === "offering") {
      const fields = { agent: record.agent, leg: record.id * 2 + 1, outcome: "caller_gone" };
      this.tell(call, "offer_ended", fields);
      this.setState(record.agent, "idle");
      record.agent = null;
    }
    this.tell(call, "leg_released", { leg: record.id * 2, cause });
    this.tell(call, "call_ended", { outcome, by, cause });
    const line = this.lines.find((l) => l.id === record.line);
    if (line) Object.assign(line, { state: "idle", call: null, since_at: this.now });
    this.playing = this.playing.filter((c) => c !== call);
    this.done.unshift(call);
  }

  #finishWrapups(): void {
    for (const row of this.live.values()) {
      if (row.state === "wrapup" && this.now >= wrapupEnds(row)) this.afterWrapup(row);
    }
  }

  protected afterWrapup(row: LiveRow): void {
    const call = this.done.find((c) => c.call.agent === row.id);
    if (call) this.tell(call, "wrapup_ended", { agent: row.id });
    const { pending } = row;
    row.pending = null;
    this.setState(row.id, pending ?? "idle", pending === "not_ready" ? row.reason : null);
  }
}
