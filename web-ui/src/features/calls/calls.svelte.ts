import { api } from "../../api/http";
import type { CallDetail, CallSummary, Recording, Waveform } from "../../api/model";
import { midnight } from "../../ui/format";

/** The filters, as they stand in the address. */
export const FILTERS = ["number", "since", "queue", "agent", "direction", "outcome"] as const;
export type Filter = (typeof FILTERS)[number];

const PAGE = 50;
const WEEK_MS = 7 * 24 * 3_600_000;
export const WAVE_COLUMNS = 600;

/** What the API is asked for these filters. */
export function question(filters: URLSearchParams, now: number): URLSearchParams {
  const query = new URLSearchParams({ limit: String(PAGE) });
  for (const key of ["queue", "agent", "direction", "outcome"]) {
    const value = filters.get(key);
    if (value) query.set(key, value);
  }
  const number = filters.get("number")?.replace(/[\s-]/g, "");
  if (number) query.set("number", number);
  if (filters.get("since") === "today") query.set("from_at", String(midnight(now)));
  if (filters.get("since") === "week") query.set("from_at", String(midnight(now) + 1 - WEEK_MS));
  return query;
}

/** What calls are about, by name. Who may not see what is set does without. */
export class Types {
  #names = $state.raw<Map<number, string>>(new Map());

  async load(): Promise<void> {
    const rows = await api.business_types.list().catch(() => []);
    this.#names = new Map(rows.map(({ id, name }) => [id, name]));
  }

  name = (type: number | null): string | null =>
    type === null ? null : (this.#names.get(type) ?? null);
}

/** The list of calls: pages of it, kept fresh in place. */
export class CallList {
  calls = $state.raw<CallSummary[]>([]);
  total = $state(0);
  next = $state<number | null>(null);
  loading = $state(true);
  error = $state.raw<unknown>(null);
  /** The question that the rows shown answer. */
  #asked = "";
  #wanted: URLSearchParams | null = null;
  #running: Promise<void> | null = null;

  /** Reads the first page; rows already shown stay until the answer is here. One question is on
   * its way at a time: of those that come meanwhile only the newest is asked after it. */
  load(query: URLSearchParams): Promise<void> {
    this.#wanted = query;
    if (query.toString() !== this.#asked) this.loading = true;
    this.#running ??= this.#run().finally(() => (this.#running = null));
    return this.#running;
  }

  async #run(): Promise<void> {
    while (this.#wanted !== null) {
      const query = this.#wanted;
      this.#wanted = null;
      await this.#read(query);
    }
    this.loading = false;
  }

  async #read(query: URLSearchParams): Promise<void> {
    try {
      const page = await api.calls(query);
      const last = page.calls.at(-1)?.id ?? 0;
      // A refresh keeps the pages that "show more" has added.
      const same = query.toString() === this.#asked;
      const older = same ? this.calls.filter((call) => call.id < last) : [];
      this.#asked = query.toString();
      this.calls = [...page.calls, ...older];
      this.total = page.total_estimate;
      if (older.length === 0) this.next = page.next;
      this.error = null;
    } catch (error) {
      this.error = error;
    }
  }

  async more(): Promise<void> {
    if (this.next === null) return;
    const query = new URLSearchParams(this.#asked);
    query.set("before", String(this.next));
    try {
      const page = await api.calls(query);
      this.calls = [...this.calls, ...page.calls];
      this.next = page.next;
    } catch (error) {
      this.error = error;
    }
  }
}

/** One call whole, with the waveforms of its recordings and the names of menus. */
export class OneCall {
  detail = $state.raw<CallDetail | null>(null);
  error = $state.raw<unknown>(null);
  waves = $state.raw<Map<number, Waveform>>(new Map());
  waveFailed = $state(false);
  menus = $state.raw<Map<number, string>>(new Map());
  #id: number | null = null;

  async load(id: number): Promise<void> {
    if (id !== this.#id) {
      this.detail = null;
      this.waves = new Map();
      this.waveFailed = false;
    }
    this.#id = id;
    try {
      const detail = await api.call(id);
      if (id !== this.#id) return;
      this.detail = detail;
      this.error = null;
      await Promise.all([this.#loadMenus(), ...detail.recordings.map((r) => this.#loadWave(r.id))]);
    } catch (error) {
      if (id === this.#id) this.error = error;
    }
  }

  /** Holds a recording for the law, or lets it go; a refusal is thrown. */
  async hold(recording: Recording, reason: string): Promise<void> {
    await (recording.held ? api.release : api.hold)(recording.id, reason);
    if (this.#id !== null) await this.load(this.#id);
  }

  /** Asks for the customer to be kept out; a supervisor decides. */
  async propose(number: string, reason: string): Promise<void> {
    await api.numberList.propose({
      ...{ list: "black", listed: { number }, scope: "both", action: "busy" },
      ...{ expires_ms: null, reason, standing: "proposed" },
    });
  }

  async #loadMenus(): Promise<void> {
    if (this.menus.size > 0) return;
    // A menu without its name is shown by its number: no reason to fail.
    const menus = await api.menus.list().catch(() => []);
    this.menus = new Map(menus.map((menu) => [menu.id, menu.name]));
  }

  async #loadWave(recording: number): Promise<void> {
    const running = this.detail?.recordings.some(
      (r) => r.id === recording && r.state === "in_progress",
    );
    if (running || this.waves.has(recording)) return;
    const id = this.#id;
    try {
      const wave = await api.waveform(recording, WAVE_COLUMNS);
      if (id === this.#id) this.waves = new Map(this.waves).set(recording, wave);
    } catch {
      if (id === this.#id) this.waveFailed = true;
    }
  }
}
