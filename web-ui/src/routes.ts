/** The pages. An address says all that a page shows, so that it can be sent to a colleague. */
export type SettingsKind = "agents" | "phones" | "queues" | "menus" | "accounts";
export type Route =
  | { page: "live" }
  | { page: "calls"; call: number | null }
  | { page: "settings"; kind: SettingsKind; id: number | "new" | null }
  | { page: "account" }
  | { page: "unknown" };

const KINDS: SettingsKind[] = ["agents", "phones", "queues", "menus", "accounts"];

export function route(path: string): Route {
  const [first = "", second, third, more] = path.replace(/^\/|\/$/g, "").split("/");
  if (more !== undefined) return { page: "unknown" };
  if ((first === "" || first === "live") && second === undefined) return { page: "live" };
  if (first === "calls" && third === undefined) {
    if (second === undefined) return { page: "calls", call: null };
    return /^\d+$/.test(second) ? { page: "calls", call: Number(second) } : { page: "unknown" };
  }
  if (first === "account" && second === undefined) return { page: "account" };
  if (first === "settings") {
    const kind = KINDS.find((k) => k === (second ?? "agents"));
    if (!kind) return { page: "unknown" };
    if (third === undefined) return { page: "settings", kind, id: null };
    if (third === "new") return { page: "settings", kind, id: "new" };
    if (/^\d+$/.test(third)) return { page: "settings", kind, id: Number(third) };
  }
  return { page: "unknown" };
}
