/** Light, dark, or as the system; kept in this browser. */
export type Theme = "system" | "light" | "dark";
const KEPT_AS = "hotline.theme";
const THEMES: Theme[] = ["system", "light", "dark"];
const kept = localStorage.getItem(KEPT_AS) as Theme | null;
let chosen = $state<Theme>(kept !== null && THEMES.includes(kept) ? kept : "system");

function show(): void {
  if (chosen === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = chosen;
}
show();

export const theme = {
  get chosen(): Theme {
    return chosen;
  },
  next(): void {
    chosen = THEMES[(THEMES.indexOf(chosen) + 1) % THEMES.length] ?? "system";
    localStorage.setItem(KEPT_AS, chosen);
    show();
  },
};
