import { api } from "../../api/http";
import type { Notes } from "../../api/model";
import { t } from "../../i18n/index.svelte";
import { words } from "../../ui/failure";
import { toasts } from "../../ui/toasts.svelte";

/** What an agent says a call came to. */
export class NotesState {
  notes = $state.raw<Notes | null>(null);
  code = $state<number | null>(null);
  note = $state("");
  asking = $state(false);
  /** What is written has not been saved. */
  changed = $derived(
    this.notes !== null && (this.code !== this.notes.code || this.note !== this.notes.note),
  );

  /** Reads what was said before; what is being written about the same call stays. */
  async load(agent: number): Promise<void> {
    try {
      const notes = await api.notes.read(agent);
      const isNew = notes.call !== this.notes?.call;
      const keeps = !isNew && this.changed;
      this.notes = notes;
      if (!keeps) ({ code: this.code, note: this.note } = notes);
    } catch {
      // Who may not write for this agent is shown nothing to write.
      this.notes = null;
    }
  }

  save = (agent: number): Promise<boolean> =>
    this.#ask(agent, async () => {
      const { code, note } = this;
      await api.notes.say(agent, code, note.trim());
      if (this.notes) this.notes = { ...this.notes, code, note };
    });

  extend = (agent: number): Promise<boolean> => this.#ask(agent, () => api.notes.extend(agent));

  async #ask(agent: number, what: () => Promise<void>): Promise<boolean> {
    this.asking = true;
    try {
      await what();
      await this.load(agent);
      return true;
    } catch (error) {
      toasts.tellFailure(`${t.failure.request}: ${words(error)}`);
      return false;
    } finally {
      this.asking = false;
    }
  }
}
