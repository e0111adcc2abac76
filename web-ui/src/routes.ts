/** The pages. An address says all that a page shows, so that it can be sent to a colleague. */
const LISTS = [
  "agents",
  "skills",
  "accounts",
  "queues",
  "menus",
  "business_types",
  "callers",
  "inbound_routes",
  "outbound_rules",
  "trunk_groups",
  "schedules",
  "phones",
  "roles",
] as const;
const SINGLES = [
  "calendar",
  "dialling",
  "emergency",
  "feature_codes",
  "tester",
  "number_list",
  "number_database",
  "prompts",
  "line_check",
  "voice",
  "mailboxes",
  "breaks",
  "retention",
  "change_sets",
  "versions",
  "audit",
  "health",
] as const;

/** What is set in a list of things, each with a form. */
export type ListKind = (typeof LISTS)[number];
/** What has a page of its own. */
export type SingleKind = (typeof SINGLES)[number];
export type SettingsKind = ListKind | SingleKind;
/** Which thing of a list: callers go by their number, roles by their key, all others by theirs. */
export type Which = number | string;
export type Route =
  | { page: "live" }
  | { page: "calls"; call: number | null }
  | { page: "settings"; kind: SettingsKind; id: Which | null }
  | { page: "voicemail" }
  | { page: "account" }
  | { page: "unknown" };

/** Lists whose things go by a word of people's, not by a number of the box's. */
const BY_KEY: ListKind[] = ["callers", "roles"];

export const isList = (kind: string): kind is ListKind =>
  (LISTS as readonly string[]).includes(kind);
const isSingle = (kind: string): kind is SingleKind =>
  (SINGLES as readonly string[]).includes(kind);

function settings(kind: string, id: string | undefined): Route {
  if (isSingle(kind)) {
    const which = id === undefined ? null : /^\d+$/.test(id) ? Number(id) : undefined;
    return which === undefined ? { page: "unknown" } : { page: "settings", kind, id: which };
  }
  if (!isList(kind)) return { page: "unknown" };
  if (id === undefined) return { page: "settings", kind, id: null };
  if (id === "new" || BY_KEY.includes(kind)) {
    return { page: "settings", kind, id: decodeURIComponent(id) };
  }
  return /^\d+$/.test(id) ? { page: "settings", kind, id: Number(id) } : { page: "unknown" };
}

export function route(path: string): Route {
  const [first = "", second, third, more] = path.replace(/^\/|\/$/g, "").split("/");
  if (more !== undefined) return { page: "unknown" };
  if ((first === "" || first === "live") && second === undefined) return { page: "live" };
  if (first === "calls" && third === undefined) {
    if (second === undefined) return { page: "calls", call: null };
    return /^\d+$/.test(second) ? { page: "calls", call: Number(second) } : { page: "unknown" };
  }
  if (first === "voicemail" && second === undefined) return { page: "voicemail" };
  if (first === "account" && second === undefined) return { page: "account" };
  if (first === "settings") return settings(second ?? "agents", third);
  return { page: "unknown" };
}
