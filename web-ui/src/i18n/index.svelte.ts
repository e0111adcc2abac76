import { en, type Words } from "./en";
import { zh } from "./zh";

export type Language = "en" | "zh";
export type { Words };

const WORDS: Record<Language, Words> = { en, zh };
const KEPT_AS = "hotline.language";

/** What the person chose in this browser before, else what the browser prefers. */
export function preferred(kept: string | null, browser: readonly string[]): Language {
  if (kept === "en" || kept === "zh") return kept;
  for (const tag of browser) {
    if (/^zh\b/i.test(tag)) return "zh";
    if (/^en\b/i.test(tag)) return "en";
  }
  return "en";
}

const kept = typeof localStorage === "undefined" ? null : localStorage.getItem(KEPT_AS);
let language = $state<Language>(
  preferred(kept, typeof navigator === "undefined" ? [] : (navigator.languages ?? [])),
);

export const languages: Language[] = ["zh", "en"];
export const wordsOf = (which: Language): Words => WORDS[which];

export const i18n = {
  get language(): Language {
    return language;
  },
  choose(which: Language): void {
    language = which;
    localStorage.setItem(KEPT_AS, which);
  },
};

/** The words of the language chosen now. Read it in markup or `$derived` and it follows. */
export const t = {} as Words;
for (const section of Object.keys(en) as (keyof Words)[]) {
  Object.defineProperty(t, section, { enumerable: true, get: () => WORDS[language][section] });
}
