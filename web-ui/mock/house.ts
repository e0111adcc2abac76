// What the mock keeps beside calls and configuration: notes about calls, how long recordings are
// kept, sentences, roles made here, what was refused.
import type {
  Act,
  AllRoles,
  FeatureCodes,
  Health,
  LogEntry,
  Notes,
  PromptRow,
  Refusal,
  Retention,
  Role,
  VoicePath,
} from "../src/api/model";
import * as book from "./book.ts";
import { clock } from "./clock.ts";
import { heard } from "./line.ts";
import { Mailboxes } from "./mailboxes.ts";
import { Databases, provinces } from "./numbers.ts";
import { wav } from "./sound.ts";
import type { World } from "./world.ts";

type Body = Record<string, unknown>;
/** An answer, or why there is none. */
export type Answer =
  | { status: number; body?: unknown; sound?: Buffer }
  | {
      refused: [
        status: number,
        code: string,
        message: string,
        key: string,
        field?: string,
        found?: string,
      ];
    };

const HEALTH: Health = {
  status: "ok",
  version: "0.1.0",
  uptime_ms: 191_400_000,
  alarms: [],
  counters: {
    ticks: 191_399_988,
    ticks_late: 12,
    ticks_missed: 2,
    tick_overruns: 7,
    tick_dropped: 0,
    tick_cpu_p9999_us: 240,
    engine_commands_dropped: 0,
    rtp_in: 8_214_090,
    rtp_out: 8_213_455,
    rtp_malformed: 0,
    rtp_strangers: 3,
    rtp_dropped: 0,
    rtp_lost: 118,
    rtp_send_gaps: 4,
    facts_queued: 0,
    facts_lost: 0,
  },
};

const SENTENCES: [string, string, string][] = [
  ["all_agents_busy", "坐席全忙，请稍候。", "All our agents are busy. Please hold the line."],
  ["please_hold", "请稍候。", "One moment, please."],
  ["nobody_here", "现在无人接听。", "Nobody is here to take your call."],
  ["goodbye", "谢谢来电，再见。", "Thank you for calling. Goodbye."],
  ["technical_fault", "系统故障，请稍后再拨。", "A technical fault. Please call again later."],
];

/** One for each mock world. */
export class House {
  retention: Retention = { keep_days: 180, queues: [], when_low: "keep" };
  log: LogEntry[] = [];
  replaced = new Set<string>();
  roles: Role[] = [];
  feature_codes: FeatureCodes = {
    codes: [
      { feature: "pickup", digits: "*8" },
      { feature: "sign_in", digits: "*40" },
      { feature: "sign_out", digits: "*41" },
      { feature: "ready", digits: "*42" },
      { feature: "not_ready", digits: "*43" },
      { feature: "listen", digits: "*90" },
      { feature: "record_prompt", digits: "*77" },
      { feature: "voicemail", digits: "*97" },
      { feature: "toggle_recording", digits: "*3" },
      { feature: "blind_transfer", digits: "#1" },
      { feature: "consult", digits: "#2" },
      { feature: "conference", digits: "#3" },
      { feature: "supervisor_listens", digits: "4" },
      { feature: "supervisor_whispers", digits: "5" },
    ],
    parking: [701, 720],
  };
  voice: VoicePath = {
    lines: { noise: "mild", level_dbm0: null },
    phones: { noise: "medium", level_dbm0: -18 },
  };
  refusals: Refusal[] = [];
  acts: Act[] = [];
  #extended = new Map<number, number>();
  #mailboxes: Mailboxes;
  #databases = new Databases();

  constructor(private readonly world: World) {
    this.#mailboxes = new Mailboxes(world);
    const now = clock();
    if (world.scenario === "empty" || world.scenario === "setup") return;
    const removed = { act: "removed", account: null, bytes: 1_904_640 };
    this.log = [
      { id: 2, at: now - 7_200_000, recording: 12, call: 12, reason: "age", ...removed },
      { id: 1, at: now - 86_400_000, recording: 11, call: 11, reason: "room", ...removed },
    ];
    const act = (id: number, account: string, kind: string, what: string, about: string) => ({
      ...{ id, at: now - (10 - id) * 600_000, account, kind, act: what, about },
    });
    this.acts = [
      act(9, "admin", "recordings", "get recordings/{id}/sound", "14"),
      act(8, "chen", "supervision", "listen", "agent 4, call 21"),
      act(7, "admin", "accounts", "put accounts/{id}/password", "3"),
      act(6, "admin", "queues", "put queues/{id}", "1, version 4"),
      act(5, "chen", "schedules", "put schedules/{id}/by_hand", "1"),
    ];
    this.refusals = [
      {
        id: 1,
        at: now - 3_600_000,
        account: "chen",
        role: "agent",
        what: "listen",
        agent: 4,
        verdict: "not_permitted",
      },
    ];
  }

  /** What is answered here; null: it is not of this house. */
  answer(path: string[], method: string, body: Body, account: string, url: URL): Answer | null {
    const [kind = "", id = "", more = "", last = ""] = path;
    if (kind === "agents" && more === "notes") return this.#notes(Number(id), last, method, body);
    if (kind === "retention" && id === "log") return { status: 200, body: this.log };
    if (kind === "retention") return this.#set("retention", method, body);
    if (kind === "voice") return this.#set("voice", method, body);
    if (kind === "feature_codes") return this.#codes(method, body);
    if (kind === "recordings" && more === "hold") {
      return this.#hold(Number(id), method === "PUT", String(body["reason"] ?? ""), account);
    }
    if (kind === "lines" && more === "measurement") return { status: 200, body: heard(Number(id)) };
    if (kind === "prompts") return this.#prompts(id, method);
    if (kind === "regions") return { status: 200, body: provinces };
    if (kind === "number_database") {
      return this.#databases.answer(id, method, String(body["begins"] ?? ""));
    }
    if (kind === "roles") return this.#roles(id, method, body);
    if (kind === "health") return { status: 200, body: HEALTH };
    if (kind === "audit" && id === "refusals") return { status: 200, body: this.refusals };
    if (kind === "audit") return { status: 200, body: this.#audit(url.searchParams) };
    return this.#mailboxes.answer(path, method, body);
  }

  #audit(query: URLSearchParams): { acts: Act[]; next: null } {
    const is = (key: "kind" | "account", value: string) =>
      !query.get(key) || query.get(key) === value;
    const from = Number(query.get("from_at") ?? 0);
    const shown = this.acts.filter(
      (act) => is("kind", act.kind) && is("account", act.account) && act.at >= from,
    );
    return { acts: shown, next: null };
  }

  #set(what: "retention" | "feature_codes" | "voice", method: string, body: Body): Answer {
    if (method === "PUT") Object.assign(this, { [what]: body });
    return { status: 200, body: this[what] };
  }

  #codes(method: string, body: Body): Answer {
    const codes = (body["codes"] ?? []) as FeatureCodes["codes"];
    const clash = codes.find(({ digits }) => ["110", "119", "120", "122"].includes(digits));
    if (method === "PUT" && clash) {
      const words = `found ${clash.digits}; allowed: no feature on a number for emergencies`;
      return {
        refused: [422, "invalid", words, "emergency_number", "feature_codes", clash.digits],
      };
    }
    return this.#set("feature_codes", method, body);
  }

  #notes(agent: number, last: string, method: string, body: Body): Answer {
    const row = this.world.rowOf(agent);
    const call = this.world.callOf(agent);
    const queue = this.world.queues.find((one) => one.id === call?.queue);
    const extended = this.#extended.get(call?.id ?? 0) ?? 0;
    if (last === "extend") {
      if (row?.state !== "wrapup" || !call) {
        return { refused: [409, "refused", "the agent is not in wrap-up", "not_in_wrapup"] };
      }
      if (extended >= 2) {
        return { refused: [409, "refused", "more time was had twice", "no_more_time"] };
      }
      this.#extended.set(call.id, extended + 1);
      this.world.extend(agent, (queue?.wrapup_s ?? 0) * 1000);
      return { status: 204 };
    }
    if (method === "PUT") {
      const about = (body["call"] as number | null | undefined) ?? null;
      if (about !== null && about !== call?.id) return this.#putRight(agent, about, body);
      if (!call) return { refused: [409, "refused", "the agent is in no call", "not_in_a_call"] };
      const code = queue?.wrapup_codes.find((known) => known.id === body["code"]) ?? null;
      Object.assign(call, { wrapup_code: code, note: String(body["note"] ?? "") || null });
      return { status: 204 };
    }
    const notes: Notes = {
      call: call?.id ?? null,
      codes: queue?.wrapup_codes ?? [],
      is_required: queue?.wrapup_required ?? false,
      code: call?.wrapup_code?.id ?? null,
      note: call?.note ?? "",
      until_at: row?.state === "wrapup" ? this.world.wrapupEnds(agent) : null,
      extensions_left: 2 - extended,
      extension_ms: (queue?.wrapup_s ?? 0) * 1000,
    };
    return { status: 200, body: notes };
  }

  /** Of a call behind an agent only the words are taken, for half an hour. */
  #putRight(agent: number, about: number, body: Body): Answer {
    const call = this.world.call(about)?.call;
    const isLate = clock() - (call?.ended_at ?? clock()) > 1_800_000;
    if (!call || call.agent !== agent || isLate) {
      return { refused: [409, "refused", "too late to write about it", "notes_closed"] };
    }
    call.note = String(body["note"] ?? "") || null;
    return { status: 204 };
  }

  #hold(id: number, held: boolean, reason: string, account: string): Answer {
    const recording = this.world.recording(id);
    if (!recording) return { refused: [404, "not_found", "there is no such recording", ""] };
    recording.held = held;
    const at = clock();
    const { bytes } = recording;
    const act = held ? "held" : "released";
    const call = this.world.callOfRecording(id) ?? 0;
    this.log.unshift({
      id: this.log.length + 1,
      at,
      recording: id,
      call,
      act,
      reason,
      account,
      bytes,
    });
    return { status: 204 };
  }

  #prompts(key: string, method: string): Answer {
    if (key !== "" && method === "GET")
      return { status: 200, sound: wav({ id: 1, duration_ms: 1_200 }) };
    if (method === "PUT") this.replaced.add(key);
    if (method === "DELETE") this.replaced.delete(key);
    if (key !== "") return { status: 204 };
    const row = (key: string, more: Partial<PromptRow>): PromptRow => ({
      key,
      kind: "sentence",
      language: null,
      number: null,
      text: "",
      duration_ms: 1_800,
      replaced: this.replaced.has(key),
      ...more,
    });
    const sentences = SENTENCES.flatMap(([name, zh, en], place) => {
      const number = (place + 1) * 10;
      return [
        row(`${name}-zh`, { language: "zh", number: number + 1, text: zh }),
        row(`${name}-en`, { language: "en", number: number + 2, text: en }),
      ];
    });
    const written = this.world.menus.map(({ greeting, language }, place) =>
      row(`text-${place}`, { kind: "text", language, number: 440_112 + place, text: greeting }),
    );
    const body = [
      ...written,
      ...sentences,
      row("digit-7-zh", { kind: "number", language: "zh", text: "七", duration_ms: 400 }),
      row("ahead-2-en", {
        kind: "number",
        language: "en",
        text: "There are two callers ahead of you.",
      }),
      row("music", { kind: "music", duration_ms: 32_000 }),
    ];
    return { status: 200, body };
  }

  #roles(key: string, method: string, body: Body): Answer {
    const built: AllRoles = book.roles();
    if (method === "PUT") {
      const role = { key, ...(body as { name: string; grants: [] }), built_in: false };
      this.roles = [...this.roles.filter((own) => own.key !== key), role];
      return { status: 200, body: role };
    }
    if (method === "DELETE") {
      if (this.world.accounts.some((one) => one.role === key)) {
        return { refused: [409, "conflict", "1 accounts have this role", "role_in_use"] };
      }
      this.roles = this.roles.filter((own) => own.key !== key);
      return { status: 204 };
    }
    return { status: 200, body: { ...built, roles: [...built.roles, ...this.roles] } };
  }
}
