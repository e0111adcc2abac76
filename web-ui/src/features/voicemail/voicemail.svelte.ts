import { box } from "../../api/box.svelte";
import { api } from "../../api/http";
import { me } from "../../api/me.svelte";
import type { Mailbox, Voicemail } from "../../api/model";
import { t } from "../../i18n/index.svelte";
import { words } from "../../ui/failure";
import { toasts } from "../../ui/toasts.svelte";

export type Shown = "all" | "unheard" | "to_do";

/** `queue-2`, `agent-3`, `house`: a mailbox as it stands in addresses. */
export const keyOf = (mailbox: Mailbox): string =>
  typeof mailbox === "string" ? mailbox : Object.entries(mailbox).flat().join("-");

export function mailboxWords(mailbox: Mailbox): string {
  if (mailbox === "house") return t.voicemail.house;
  return "queue" in mailbox
    ? t.voicemail.ofQueue(box.queueName(mailbox.queue) ?? "")
    : (box.agentName(mailbox.agent) ?? "");
}

/** The newest first, as people look for them. */
export const newestFirst = (rows: Voicemail[]): Voicemail[] =>
  [...rows].sort((a, b) => b.left_at - a.left_at || b.id - a.id);

export function shown(rows: Voicemail[], which: Shown, mailbox: string): Voicemail[] {
  return rows.filter(
    (row) =>
      (which === "all" || (which === "unheard" ? !row.heard : row.handled === null)) &&
      (mailbox === "" || keyOf(row.mailbox) === mailbox),
  );
}

/** All messages the person may open. */
class Messages {
  rows = $state.raw<Voicemail[]>([]);
  loading = $state(true);
  error = $state.raw<unknown>(null);

  get unheard(): number {
    return this.rows.filter((row) => !row.heard).length;
  }

  /** Whether the person has any mailbox to look into. */
  get may(): boolean {
    return me.may("agent:work") || me.may("recordings:listen");
  }

  async load(): Promise<void> {
    try {
      this.rows = newestFirst(await api.voicemails.list());
      this.error = null;
    } catch (error) {
      this.error = error;
    } finally {
      this.loading = false;
    }
  }

  /** Who listens has heard; told to nobody. */
  heard = (id: number): Promise<void> => this.#change(() => api.voicemails.mark(id, "heard"), null);
  markHeard = (id: number): Promise<void> =>
    this.#change(() => api.voicemails.mark(id, "heard"), t.voicemail.markedHeard);
  done = (id: number): Promise<void> =>
    this.#change(() => api.voicemails.mark(id, "handled"), t.voicemail.markedDone);
  remove = (id: number): Promise<void> =>
    this.#change(() => api.voicemails.remove(id), t.voicemail.removed);

  async #change(work: () => Promise<void>, told: string | null): Promise<void> {
    try {
      await work();
      if (told !== null) toasts.tell(told);
    } catch (error) {
      toasts.tellFailure(words(error));
    }
    await this.load();
  }
}
export const messages = new Messages();

/** What tells that messages came, were heard or went: the live view counts them. */
export function pulse(): string {
  const seen = box.snapshot;
  if (!seen) return "";
  const counts = [seen, ...seen.agents, ...seen.queues].map(({ unheard }) => unheard);
  const leaving = seen.calls.filter(({ stage }) => stage === "voicemail").map(({ id }) => id);
  return `${counts.join(" ")} ${leaving.join(" ")}`;
}
