import { ApiError, api } from "../../api/http";
import { box } from "../../api/box.svelte";
import { me } from "../../api/me.svelte";
import type { Notes } from "../../api/model";
import { t } from "../../i18n/index.svelte";
import { words } from "../../ui/failure";
import { toasts } from "../../ui/toasts.svelte";
import { Drafts, type Draft } from "./drafts";

/** How long what is typed waits for more before it is saved. */
const SAVE_AFTER_MS = 2000;

/** The call that is being written about now. */
let writing = $state<number | null>(null);

export const drafts = () => new Drafts(localStorage, me.session?.user.id ?? 0);

/** Whether asking again later can help: the box was not reached, or was not able. */
const isPassing = (error: unknown) =>
  error instanceof ApiError && (error.status === 0 || error.status === 401 || error.status >= 500);

/** What an agent says a call came to. Saved by itself; until it is, also kept in this browser. */
export class NotesState {
  notes = $state.raw<Notes | null>(null);
  code = $state<number | null>(null);
  note = $state("");
  asking = $state(false);
  /** What is written has not been saved. */
  changed = $derived(
    this.notes !== null && (this.code !== this.notes.code || this.note !== this.notes.note),
  );
  /** When it was saved last, by the clock of the box. */
  savedAt = $state<number | null>(null);
  /** Why it is not saved, if it was refused. */
  failure = $state<string | null>(null);
  #agent: number | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #saving = false;

  /** Reads what was said before; what is being written about the same call stays. */
  async load(agent: number): Promise<void> {
    if (agent !== this.#agent) this.#leave();
    this.#agent = agent;
    try {
      const notes = await api.notes.read(agent);
      if (agent !== this.#agent) return;
      const isNew = notes.call !== this.notes?.call;
      const keeps = !isNew && this.changed;
      if (isNew) this.#leave();
      this.#agent = agent;
      this.notes = notes;
      writing = notes.call;
      if (keeps) return;
      ({ code: this.code, note: this.note } = notes);
      const draft = notes.call === null ? null : drafts().find(agent, notes.call, Date.now());
      if (draft) ({ code: this.code, note: this.note } = draft);
      if (this.changed) this.typed();
    } catch {
      // Who may not write for this agent is shown nothing to write. What is being written stays,
      // where it was the network.
      if (!this.changed) this.notes = null;
    }
  }

  /** Something was typed or chosen. */
  typed(afterMs = SAVE_AFTER_MS): void {
    const draft = this.#draft();
    if (draft) drafts().keep(draft);
    if (afterMs === 0) clearTimeout(this.#timer);
    else if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => void this.#autosave(), afterMs);
  }

  /** Nothing more is written here. */
  close(): void {
    this.flush();
    writing = null;
  }

  /** Saves at once what has not been saved; the page may be gone before the answer comes. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const draft = this.#draft();
    if (draft && this.changed) void send(draft, true);
  }

  extend = (agent: number): Promise<boolean> =>
    this.#ask(async () => {
      await api.notes.extend(agent);
      await this.load(agent);
    });

  /** The call written about is another now, or nobody's. */
  #leave(): void {
    this.flush();
    [this.notes, this.savedAt, this.failure, this.#agent] = [null, null, null, null];
    [this.code, this.note] = [null, ""];
  }

  #draft(): Draft | null {
    const call = this.notes?.call ?? null;
    if (this.#agent === null || call === null) return null;
    return { agent: this.#agent, call, code: this.code, note: this.note, at: Date.now() };
  }

  async #autosave(): Promise<void> {
    this.#timer = undefined;
    if (!this.changed) return;
    if (this.#saving) return this.typed();
    try {
      await this.#write();
    } catch (error) {
      this.failure = words(error);
      if (isPassing(error)) this.typed();
    }
  }

  async #write(): Promise<void> {
    const draft = this.#draft();
    if (!draft) return;
    this.#saving = true;
    try {
      await api.notes.say(draft);
    } finally {
      this.#saving = false;
    }
    this.failure = null;
    if (draft.call !== this.notes?.call) return drafts().drop(draft.agent, draft.call);
    this.notes = { ...this.notes, code: draft.code, note: draft.note };
    this.savedAt = box.now;
    if (!this.changed) drafts().drop(draft.agent, draft.call);
    else this.typed();
  }

  async #ask(what: () => Promise<void>): Promise<boolean> {
    this.asking = true;
    try {
      await what();
      return true;
    } catch (error) {
      toasts.tellFailure(`${t.failure.request}: ${words(error)}`);
      return false;
    } finally {
      this.asking = false;
    }
  }
}

/** Saves a draft; it is dropped once the box has it. Why it was refused for good, if it was. */
async function send(draft: Draft, last = false): Promise<string | null> {
  try {
    await api.notes.say(draft, last);
    // What was typed meanwhile is a newer draft.
    const kept = drafts().find(draft.agent, draft.call, Date.now());
    if (kept?.note === draft.note && kept.code === draft.code) {
      drafts().drop(draft.agent, draft.call);
    }
    return null;
  } catch (error) {
    return isPassing(error) ? null : words(error);
  }
}

/** Drafts that were left behind: saved as soon as the box can be asked, or shown until someone has
 * copied what it does not take any more. */
export class LeftDrafts {
  rows = $state.raw<{ draft: Draft; refused: string | null }[]>([]);
  #busy = false;

  get writing(): number | null {
    return writing;
  }

  /** Tries all but the one about the call that is being written about. */
  async look(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    const rows = [];
    for (const draft of drafts().all(Date.now())) {
      if (draft.call === writing) continue;
      const known = this.rows.find((row) => row.draft.call === draft.call)?.refused ?? null;
      const refused = known ?? (await send(draft));
      if (drafts().find(draft.agent, draft.call, Date.now())) rows.push({ draft, refused });
    }
    this.rows = rows;
    this.#busy = false;
  }

  drop(draft: Draft): void {
    drafts().drop(draft.agent, draft.call);
    this.rows = this.rows.filter((row) => row.draft !== draft);
  }
}
