import { api } from "../../api/http";
import type { Act, Refusal } from "../../api/model";
import { t } from "../../i18n/index.svelte";
import { midnight } from "../../ui/format";

const WEEK_MS = 7 * 24 * 3_600_000;

/** Parts of the house that are offered as a filter. */
export const KINDS = [
  ...["accounts", "roles", "recordings", "supervision", "number_list", "schedules", "queues"],
  ...["menus", "inbound_routes", "change_sets", "versions", "phones", "retention", "voicemails"],
];
export const SINCE = ["", "today", "week"] as const;
export type Since = (typeof SINCE)[number];

/** Who did what, as far as it was asked for, and what was refused. */
export class Audit {
  acts = $state.raw<Act[]>([]);
  refusals = $state.raw<Refusal[]>([]);
  next = $state<number | null>(null);
  loading = $state(true);
  error = $state.raw<unknown>(null);
  account = $state("");
  kind = $state("");
  since = $state<Since>("");

  /** What the API is asked. */
  question(now: number, before: number | null = null): URLSearchParams {
    const query = new URLSearchParams();
    if (before !== null) query.set("before", String(before));
    if (this.account.trim()) query.set("account", this.account.trim());
    if (this.kind) query.set("kind", this.kind);
    if (this.since === "today") query.set("from_at", String(midnight(now)));
    if (this.since === "week") query.set("from_at", String(midnight(now) + 1 - WEEK_MS));
    return query;
  }

  async load(now = Date.now()): Promise<void> {
    try {
      const page = await api.audit(this.question(now));
      [this.acts, this.next] = [page.acts, page.next];
      this.refusals = await api.refusals();
      this.error = null;
    } catch (failed) {
      this.error = failed;
    } finally {
      this.loading = false;
    }
  }

  async more(now = Date.now()): Promise<void> {
    const page = await api.audit(this.question(now, this.next));
    [this.acts, this.next] = [[...this.acts, ...page.acts], page.next];
  }
}

/** What was done, in words: what is known of this act, or what was done to which kind of thing. */
export function actWords(act: Act): string {
  const known = (t.audit.acts as Record<string, string>)[act.act];
  if (known) return known;
  const asked = (t.config.asked as Record<string, string>)[act.act];
  if (act.kind === "supervision") return asked ?? act.act;
  const verb = act.act.split(" ")[0] ?? "";
  const done = (t.audit.verbs as Record<string, string>)[verb] ?? verb;
  return t.audit.doneTo(done, kindWords(act.kind));
}

/** A part of the house in words. */
export function kindWords(kind: string): string {
  const own = (t.audit.kinds as Record<string, string>)[kind];
  return own ?? (t.config.kinds as Record<string, string>)[kind] ?? kind;
}
