import type { Target } from "../../../api/model";
import { i18n, t } from "../../../i18n/index.svelte";
import type { Settings } from "../settings.svelte";

/** Where a call can be sent, as people choose it. */
export const KINDS = [
  "menu",
  "queue",
  "agent",
  "phone",
  "voicemail_queue",
  "voicemail_agent",
  "voicemail_house",
  "announcement",
] as const;
export type TargetKind = (typeof KINDS)[number];

export function kindOf(target: Target): TargetKind {
  if ("voicemail" in target) {
    if (target.voicemail === "house") return "voicemail_house";
    return "agent" in target.voicemail ? "voicemail_agent" : "voicemail_queue";
  }
  return Object.keys(target)[0] as TargetKind;
}

export function optionsOf(kind: TargetKind, settings: Settings): { id: number; name: string }[] {
  switch (kind) {
    case "menu":
      return settings.menus;
    case "queue":
    case "voicemail_queue":
      return settings.queues;
    case "agent":
    case "voicemail_agent":
      return settings.agents;
    case "phone":
      return settings.phones.map(({ id, extension, name }) => ({
        id,
        name: `${extension} · ${name}`,
      }));
    case "voicemail_house":
    case "announcement":
      return [];
  }
}

/** Which of its kind; 0 where there is but one. */
export function idOf(target: Target): number {
  if ("announcement" in target) return 0;
  if (!("voicemail" in target)) return Object.values(target)[0] as number;
  return target.voicemail === "house" ? 0 : (Object.values(target.voicemail)[0] as number);
}

export function targetOf(kind: TargetKind, id: number): Target {
  switch (kind) {
    case "voicemail_queue":
      return { voicemail: { queue: id } };
    case "voicemail_agent":
      return { voicemail: { agent: id } };
    case "voicemail_house":
      return { voicemail: "house" };
    case "announcement":
      return { announcement: { text: "", language: i18n.language } };
    default:
      return { [kind]: id } as Target;
  }
}

export const firstOf = (kind: TargetKind, settings: Settings): Target =>
  targetOf(kind, optionsOf(kind, settings)[0]?.id ?? 0);

/** The same where there is little room: a queue by its name alone. */
export const targetShort = (target: Target, settings: Settings): string =>
  "queue" in target
    ? (settings.queues.find(({ id }) => id === target.queue)?.name ?? String(target.queue))
    : targetWords(target, settings);

/** A target in words: its kind and its name. */
export function targetWords(target: Target | null, settings: Settings): string {
  if (target === null) return "—";
  const kind = kindOf(target);
  if (kind === "announcement" || kind === "voicemail_house") return t.config.target[kind];
  const id = idOf(target);
  const name = optionsOf(kind, settings).find((option) => option.id === id)?.name ?? String(id);
  return `${t.config.target[kind]} ${name}`;
}
