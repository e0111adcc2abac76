import { t } from "../../i18n/index.svelte";

/** A role in the language chosen; one the box made up itself as it is called. */
export function roleWord(role: string): string {
  const words: Record<string, string> = t.role;
  return words[role] ?? role;
}
