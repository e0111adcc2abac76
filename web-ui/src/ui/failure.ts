import { ApiError } from "../api/http";
import { t } from "../i18n/index.svelte";

type Params = Record<string, string>;

/** What went wrong in the language of the page where it knows the code, else in the box's words. */
export function words(error: unknown): string {
  if (!(error instanceof ApiError)) return String(error);
  if (error.code === "unreachable") return t.failure.unreachable;
  const say = (t.fault as Record<string, (about: Params) => string>)[error.key ?? ""];
  if (say) return say(error.params);
  return (t.error as Record<string, string>)[error.code] ?? error.message;
}

/** The same, when it is about one field of a form. */
export function wordsFor(error: unknown, field: string): string | null {
  if (!(error instanceof ApiError) || error.field === null) return null;
  // The box may name the field by its whole path, `queues[2].ring_s`.
  const mine = error.field === field || error.field.endsWith(`.${field}`);
  return mine ? words(error) : null;
}

/** Leads to the first field of a form that is not good, or to what is said about several; what is
 * folded away opens. A field that was not left yet says so first. */
export function focusBad(form: HTMLFormElement): void {
  if (document.activeElement instanceof HTMLInputElement) document.activeElement.blur();
  requestAnimationFrame(() => {
    const bad = form.querySelector<HTMLElement>("[aria-invalid='true'], [role='alert']");
    bad?.closest("details")?.setAttribute("open", "");
    bad?.scrollIntoView({ block: "nearest" });
    bad?.focus();
  });
}
