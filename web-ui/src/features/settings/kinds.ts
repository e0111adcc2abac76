import type { ListKind, SettingsKind } from "../../routes";

/** What is set, in the groups people look for it; `write`: who may change it. */
export const GROUPS: { group: "people" | "calls" | "routes" | "house"; kinds: SettingsKind[] }[] = [
  { group: "people", kinds: ["agents", "skills", "breaks", "phones", "accounts", "roles"] },
  {
    group: "calls",
    kinds: [
      "queues",
      "menus",
      "prompts",
      "mailboxes",
      "business_types",
      "callers",
      "number_list",
      "number_database",
    ],
  },
  {
    group: "routes",
    kinds: [
      "inbound_routes",
      "outbound_rules",
      "trunk_groups",
      "dialling",
      "feature_codes",
      "emergency",
      "tester",
      "line_check",
      "voice",
    ],
  },
  {
    group: "house",
    kinds: ["schedules", "calendar", "retention", "change_sets", "versions", "audit", "health"],
  },
];

const WRITE: Partial<Record<SettingsKind, string>> = {
  phones: "devices:write",
  accounts: "accounts:write",
  menus: "menus:write",
  inbound_routes: "routes:write",
  outbound_rules: "routes:write",
  trunk_groups: "routes:write",
  dialling: "routes:write",
  feature_codes: "routes:write",
  prompts: "menus:write",
  line_check: "devices:write",
  voice: "devices:write",
  mailboxes: "menus:write",
  roles: "roles:write",
  retention: "recordings:listen",
  audit: "audit:read",
  health: "devices:write",
  emergency: "routes:write",
  schedules: "schedules:write",
  calendar: "schedules:write",
  number_list: "lists:write",
  number_database: "system:write",
};

export const writes = (kind: SettingsKind): string => WRITE[kind] ?? "queues:write";
/** Kinds that are as good as not there for who may not change them. */
export const HIDDEN_WITHOUT: SettingsKind[] = [
  "accounts",
  "roles",
  "number_list",
  "number_database",
  "retention",
  "line_check",
  "audit",
  "health",
];
/** Lists whose order counts. */
export const ORDERED: ListKind[] = ["inbound_routes", "outbound_rules"];
