import { box } from "../../api/box.svelte";
import type { Target } from "../../api/model";
import { t } from "../../i18n/index.svelte";
import { targetWords } from "./fields/target";
import type { Settings } from "./settings.svelte";

/** Sections that have a page of another name. */
const KINDS: Record<string, keyof typeof t.config.kinds> = {
  number_plan: "dialling",
  may_call: "dialling",
};

/** A section of the configuration as the pages call it. */
export function sectionName(section: string): string {
  const kinds = t.config.kinds as Record<string, string>;
  return kinds[KINDS[section] ?? section] ?? section;
}

/** A field as its form calls it. */
export function fieldName(field: string): string {
  return (t.config.fields as Record<string, string>)[field] ?? field;
}

const nameIn = (rows: { id: number; name: string }[], id: unknown) =>
  rows.find((row) => row.id === id)?.name ?? String(id);

/** A value as people read it: names in place of numbers, words in place of signs. */
export function valueWords(field: string, value: unknown, settings: Settings): string {
  if (value === null || value === undefined || value === "") return "—";
  if (typeof value === "boolean") return value ? t.config.yes : t.config.no;
  if (Array.isArray(value)) {
    if (value.length === 0) return "—";
    return value.map((one) => valueWords(field, one, settings)).join(" · ");
  }
  switch (field) {
    case "agents":
    case "owner":
    case "backups":
      return nameIn(settings.agents, value);
    case "preferred":
      return nameIn(settings.skills, value);
    case "trunk_groups":
      return nameIn(settings.trunk_groups, value);
    case "lines":
      return box.lineName(Number(value));
    case "schedule":
    case "hours":
      return nameIn(settings.schedules, value);
    case "add_agents_of":
    case "move_to":
    case "queue":
      return nameIn(settings.queues, value);
    case "phone":
      return nameIn(settings.phones, value);
    case "target":
    case "otherwise":
    case "closed":
      if (value === "goodbye") return t.config.exitGoodbye;
      if (value === "voicemail") return t.config.exitVoicemail;
      return targetWords(value as Target, settings);
    case "menu":
      return nameIn(settings.menus, value);
    case "join_empty":
    case "leave_empty":
      return t.config.absences[value as keyof typeof t.config.absences] ?? String(value);
    case "strategy":
      return t.config.strategies[value as keyof typeof t.config.strategies] ?? String(value);
    case "vip":
      return t.config.vips[value as keyof typeof t.config.vips] ?? String(value);
    case "class":
      return t.config.classes[value as keyof typeof t.config.classes] ?? String(value);
    case "skills": {
      const { skill, level } = value as { skill: number; level: number };
      return `${nameIn(settings.skills, skill)} ${level}`;
    }
    case "exit_keys":
    case "choices": {
      const { digit, target } = value as { digit: string; target: Target };
      return `${digit} ${targetWords(target, settings)}`;
    }
  }
  if (value === "goodbye") return t.config.exitGoodbye;
  if (value === "voicemail") return t.config.exitVoicemail;
  return typeof value === "object"
    ? parts(value as Record<string, unknown>, settings)
    : String(value);
}

function parts(value: Record<string, unknown>, settings: Settings): string {
  const one = ([field, part]: [string, unknown]) =>
    `${fieldName(field)} ${valueWords(field, part, settings)}`;
  return Object.entries(value).map(one).join(", ");
}
