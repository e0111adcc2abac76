/** What an agent does from the keyboard, in the own call. */
export type Keyed = "hold" | "transfer" | "ready" | "notes";

/** By where the key is, so that it is the same in every layout, and never while a word is being
 * composed (browsers and systems take F1, F3, F5 to F7 and F10 to F12). */
export function keyed(
  event: Pick<KeyboardEvent, "code" | "altKey" | "ctrlKey" | "metaKey" | "isComposing" | "repeat">,
): Keyed | null {
  if (event.isComposing || event.repeat || event.ctrlKey || event.metaKey) return null;
  if (event.altKey) return event.code === "KeyW" ? "notes" : null;
  const keys: Record<string, Keyed> = { F4: "transfer", F8: "hold", F9: "ready" };
  return keys[event.code] ?? null;
}
