// What is set in the mock, beside agents, phones, queues and menus: the twin of the box's
// configuration, its change-sets and versions, and of what it answers about routes and hours.
import type {
  AllRoles,
  Breaks,
  BusinessType,
  CalendarDay,
  Change,
  ChangeSet,
  EmergencyPlan,
  InboundAnswer,
  InboundRoute,
  Known,
  ListEntry,
  Mailboxes,
  MayCall,
  NumberPlan,
  OutboundAnswer,
  OutboundRule,
  Preview,
  RouteStep,
  Schedule,
  ScheduleDraft,
  Skill,
  TrunkGroup,
  Version,
  Weekday,
} from "../src/api/model";
import type { Tongue } from "./cast.ts";
import { clock } from "./clock.ts";
import { originOf } from "./numbers.ts";

const DAY_MS = 86_400_000;
const say = (tongue: Tongue, zh: string, en: string) => (tongue === "zh" ? zh : en);

/** What is set and is no part of the playing world. */
export class Settled {
  skills: Skill[] = [];
  business_types: BusinessType[] = [];
  callers: Known[] = [];
  inbound_routes: InboundRoute[] = [];
  outbound_rules: OutboundRule[] = [];
  trunk_groups: TrunkGroup[] = [];
  schedules: Schedule[] = [];
  calendar: CalendarDay[] = [];
  emergency: EmergencyPlan = {
    numbers: [
      { digits: "110", service: "police" },
      { digits: "119", service: "fire" },
      { digits: "120", service: "ambulance" },
      { digits: "122", service: "traffic" },
    ],
    prefixes: ["9"],
    through: [],
    is_test: false,
  };
  may_call: MayCall = {
    agents: ["free", "local", "mobile", "national", "service"],
    nobody: [],
    each: [],
  };
  mailboxes: Mailboxes = { silence_s: 10 };
  breaks: Breaks = {
    reasons: [
      { name: "break", limit_min: 15 },
      { name: "lunch", limit_min: 60 },
      { name: "training", limit_min: null },
    ],
  };
  number_plan: NumberPlan = { country: "86", international: "00", trunk: "0", area: "755" };
}

export function furnished(tongue: Tongue): Settled {
  const settled = new Settled();
  settled.skills = [
    { id: 1, name: say(tongue, "英语", "English") },
    { id: 2, name: say(tongue, "粤语", "Cantonese") },
    { id: 3, name: say(tongue, "安装调试", "Installation") },
  ];
  settled.business_types = [
    {
      id: 1,
      name: say(tongue, "安装咨询", "Installation"),
      demand: { all: [{ at_least: { skill: 3, level: 3 } }] },
      preferred: [1],
      numbers: ["075527885001"],
    },
  ];
  settled.callers = [
    { number: "075583206611", vip: "level2", owner: 1, backups: [2] },
    { number: "+85228101234", vip: "absolute", owner: null, backups: [] },
  ];
  settled.trunk_groups = [
    { id: 1, name: say(tongue, "市话线", "Copper"), lines: [0, 1, 2, 3], reserve: null },
  ];
  settled.schedules = [
    {
      id: 1,
      name: say(tongue, "办公时间", "Office"),
      week: [
        { days: ["mon", "tue", "wed", "thu", "fri"], from: "09:00", to: "12:00" },
        { days: ["mon", "tue", "wed", "thu", "fri"], from: "13:30", to: "18:00" },
        { days: ["sat"], from: "10:00", to: "16:00" },
      ],
      days: [],
      keeps_calendar: true,
    },
  ];
  settled.calendar = [
    { date: "2027-01-01", name: say(tongue, "元旦", "New Year"), kind: "holiday" },
    { date: "2027-02-06", name: say(tongue, "春节调休", "Worked"), kind: { worked_as: "fri" } },
  ];
  const always = { is_enabled: true, lines: [], trunk_groups: [], callers: [] };
  settled.inbound_routes = [
    {
      id: 1,
      name: say(tongue, "售后专线", "Service line"),
      ...always,
      dialled: ["5001", "0755 2788 5001"],
      schedule: 1,
      target: { queue: 2 },
      closed: { voicemail: { queue: 2 } },
    },
    {
      id: 2,
      name: say(tongue, "总机", "Main number"),
      ...always,
      dialled: [],
      schedule: null,
      target: { menu: 1 },
      closed: null,
    },
  ];
  settled.outbound_rules = [
    {
      id: 1,
      name: say(tongue, "手机", "Mobile"),
      is_enabled: true,
      numbers: ["91[3-9]XXXXXXXXX"],
      strip: 1,
      add: "",
      through: [{ group: 1 }],
      shown: "of_the_line",
      class: "mobile",
    },
  ];
  return settled;
}

/** What a list entry says when it is new. */
export const entries = (tongue: Tongue, now: number): ListEntry[] => [
  {
    id: 1,
    list: "black",
    listed: { prefix: "170" },
    scope: "in",
    action: "busy",
    expires_ms: null,
    reason: say(tongue, "推销号段", "telemarketing"),
    standing: "in_force",
    hits: 14,
    hit_at: now - 3_600_000,
  },
  {
    id: 2,
    list: "black",
    listed: { number: "+8615500729031" },
    scope: "both",
    action: "queue_low",
    expires_ms: now + 30 * DAY_MS,
    reason: say(tongue, "多次骚扰", "abusive"),
    standing: "proposed",
    hits: 0,
    hit_at: null,
  },
  {
    id: 3,
    list: "black",
    listed: { region: "广东/东莞" },
    scope: "in",
    action: "busy",
    expires_ms: null,
    reason: say(tongue, "诈骗集中", "fraud"),
    standing: "in_force",
    hits: 3,
    hit_at: now - 7_200_000,
  },
];

const GRANTS = [
  ...["agent:work", "calls:dial", "calls:transfer_outside", "calls:read", "recordings:listen"],
  ...["recordings:download", "recordings:delete", "recordings:pause", "supervise:listen"],
  ...["supervise:whisper", "supervise:barge", "supervise:take_over", "supervise:state"],
  ...["live:read", "reports:read", "quality:score", "queues:read", "queues:write", "menus:write"],
  ...["routes:write", "schedules:write", "schedules:override", "lists:propose", "lists:write"],
  ...["devices:write", "system:write", "audit:read", "accounts:write", "roles:write"],
];

export const roles = (): AllRoles => ({
  permissions: GRANTS,
  roles: ["agent", "supervisor", "administrator", "installer", "quality", "read_only"].map(
    (key) => ({
      key,
      name: key,
      built_in: true,
      grants: GRANTS.slice(0, key === "administrator" ? GRANTS.length : 6).map((permission) => ({
        permission,
        reach: key === "administrator" ? "everybody" : "own_groups",
      })),
    }),
  ),
});

/** Whether a pattern as routes are written with fits a number. */
function fits(pattern: string, number: string): boolean {
  const open = pattern.endsWith("*");
  const text = pattern.replace(/[\s-]|\*$/g, (sign) => (sign === "-" ? "" : ""));
  const source = text.replace(/[Xx]/g, "\\d").replace(/\+/g, "\\+");
  return new RegExp(`^${source}${open ? ".*" : ""}$`).test(number.replace(/[\s-]/g, ""));
}

const minutes = (time: string) => {
  const [hours = 0, minute = 0] = time.split(":").map(Number);
  return hours * 60 + minute;
};
const WEEK: Weekday[] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/** Whether a schedule says open, and why; by hand and summer time play no part here. */
function ruling(schedule: ScheduleDraft, calendar: CalendarDay[], at: number) {
  const date = new Date(at);
  const day = [date.getFullYear(), date.getMonth() + 1, date.getDate()]
    .map((part) => String(part).padStart(2, "0"))
    .join("-");
  const dated = schedule.keeps_calendar ? calendar.find((row) => row.date === day) : undefined;
  const weekday = WEEK[date.getDay()] ?? "mon";
  const now = date.getHours() * 60 + date.getMinutes();
  const kind = dated?.kind;
  const spans =
    kind === "holiday"
      ? []
      : typeof kind === "object" && "hours" in kind
        ? kind.hours
        : schedule.week.filter(({ days }) =>
            days.includes(typeof kind === "object" ? kind.worked_as : weekday),
          );
  const open = spans.some(({ from, to }) => minutes(from) <= now && now < minutes(to));
  const because = dated
    ? { because: "calendar", date: day, name: dated.name }
    : { because: "week", day: weekday };
  return { mode: open ? ("day" as const) : ("night" as const), because };
}

export function preview(schedule: ScheduleDraft, calendar: CalendarDay[], from: number): Preview {
  const to_at = from + 7 * DAY_MS;
  const spans: Preview["spans"] = [];
  for (let at = from; at < to_at; at += 1_800_000) {
    const { mode, because } = ruling(schedule, calendar, at);
    if (spans.at(-1)?.mode !== mode) spans.push({ from_at: at, mode, because: because as never });
  }
  return { spans, to_at, offset_min: 480 };
}

export function testInbound(
  settled: Settled,
  asked: { line: number; called?: string; caller?: string; at?: number },
): InboundAnswer {
  const steps: RouteStep[] = [];
  const origin = originOf(asked.caller ?? null);
  const nowhere = { route: null, target: null, closed: false, first_menu: false };
  const answer = { blocked_by: null, origin, ...nowhere };
  for (const {
    id,
    name,
    is_enabled,
    dialled,
    lines,
    schedule,
    target,
    closed,
  } of settled.inbound_routes) {
    const called = asked.called ?? "";
    const because = !is_enabled
      ? "disabled"
      : lines.length > 0 && !lines.includes(asked.line)
        ? "line"
        : dialled.length > 0 && !dialled.some((pattern) => fits(pattern, called))
          ? "dialled"
          : null;
    if (because !== null) {
      steps.push({ step: "route_passed", route: id, name, because });
      continue;
    }
    steps.push({ step: "route_taken", route: id, name });
    const plan = settled.schedules.find((row) => row.id === schedule);
    const ruled = plan && ruling(plan, settled.calendar, asked.at ?? clock());
    if (plan && ruled) {
      const { mode, because: why } = ruled;
      steps.push({ step: "scheduled", schedule: plan.id, name: plan.name, mode, ...why });
    }
    const led = ruled?.mode === "night" ? closed : target;
    if (led === null) return { ...answer, route: id, closed: true, steps };
    steps.push({ step: "leads_to", target: led });
    return { ...answer, route: id, target: led, steps };
  }
  steps.push({ step: "no_route" });
  return { ...answer, first_menu: true, steps };
}

export function testOutbound(
  settled: Settled,
  asked: { number: string; agent?: number },
): OutboundAnswer {
  const steps: RouteStep[] = [];
  const origin = originOf(asked.number);
  const answer = { dialled: null, lines: [], refusal: null, origin, steps };
  const digits = asked.number.replace(/[\s-]/g, "");
  if (settled.emergency.numbers.some((number) => number.digits === digits)) {
    steps.push({ step: "emergency", number: digits, is_test: false });
    return { ...answer, becomes: "emergency", dialled: digits, lines: [0, 1] };
  }
  steps.push({ step: "written", dialled: digits, matched: digits, canonical: `+86${digits}` });
  for (const rule of settled.outbound_rules) {
    const pattern = rule.numbers.find((one) => fits(one, digits));
    if (!rule.is_enabled || pattern === undefined) {
      const because = rule.is_enabled ? "dialled" : "disabled";
      steps.push({ step: "rule_passed", rule: rule.id, name: rule.name, because });
      continue;
    }
    steps.push({ step: "rule_taken", rule: rule.id, name: rule.name, pattern });
    const permitted = asked.agent ? settled.may_call.agents : settled.may_call.nobody;
    const is_permitted = permitted.includes(rule.class);
    steps.push({ step: "class", class: rule.class, is_permitted });
    if (!is_permitted) return { ...answer, becomes: "refused", refusal: "not_permitted" };
    const dialled = rule.add + digits.slice(rule.strip);
    steps.push({ step: "digits", strip: rule.strip, add: rule.add, dialled });
    const lines = rule.through.flatMap((way) =>
      "line" in way
        ? [way.line]
        : (settled.trunk_groups.find(({ id }) => id === way.group)?.lines ?? []),
    );
    steps.push(...lines.map((line) => ({ step: "line", line, verdict: "free" })));
    return { ...answer, becomes: "outside", dialled, lines };
  }
  steps.push({ step: "no_rule" });
  return { ...answer, becomes: "refused", refusal: "no_rule" };
}

type Rows = Record<string, unknown>;
const keyOf = (row: Rows) => String(row["id"] ?? row["number"] ?? row["date"]);

/** What is not the same in two books. */
export function changes(before: Rows, after: Rows): Change[] {
  return Object.keys(before).flatMap((section) => {
    const [old, fresh] = [before[section], after[section]];
    if (JSON.stringify(old) === JSON.stringify(fresh)) return [];
    const fields = (from: Rows, to: Rows) =>
      Object.keys(to)
        .filter((field) => JSON.stringify(from[field]) !== JSON.stringify(to[field]))
        .map((field) => ({ field, before: from[field] ?? null, after: to[field] ?? null }));
    const told = (row: Rows, became: Change["became"], changed: Change["fields"] = []): Change => ({
      section,
      key: keyOf(row),
      name: String(row["name"] ?? ""),
      became,
      fields: changed,
    });
    if (!Array.isArray(old) || !Array.isArray(fresh)) {
      return [{ ...told({}, "changed", fields(old as Rows, fresh as Rows)), key: "" }];
    }
    const find = (rows: Rows[], key: string) => rows.find((row) => keyOf(row) === key);
    const removed = (old as Rows[]).filter((row) => !find(fresh as Rows[], keyOf(row)));
    return [
      ...removed.map((row) => told(row, "removed")),
      ...(fresh as Rows[]).flatMap((row) => {
        const was = find(old as Rows[], keyOf(row));
        if (!was) return [told(row, "added")];
        const changed = fields(was, row);
        return changed.length > 0 ? [told(row, "changed", changed)] : [];
      }),
    ];
  });
}

export type { ChangeSet, Version };
