// Who plays in the mock: invented people, numbers and texts.
import type { Callback, Caller, Menu, Phone, Queue } from "../src/api/model";

export type Tongue = "zh" | "en";

export const people: Record<Tongue, string[]> = {
  zh: [
    "林晓东",
    "陈嘉怡",
    "Daniel Ho",
    "吴桂芳",
    "黄子健",
    "赵敏",
    "Grace Lau",
    "曹旭",
    "韩冰",
    "高原",
  ],
  en: [
    "Lin Xiaodong",
    "Chen Jiayi",
    "Daniel Ho",
    "Wu Guifang",
    "Huang Zijian",
    "Zhao Min",
    "Grace Lau",
    "Cao Xu",
    "Han Bing",
    "Gao Yuan",
  ],
};

/** Two people who hung up and are to be called back. */
export function waitingAtHome(now: number): Callback[] {
  const row = { queue: 1, name: null, call: null };
  return [
    {
      ...row,
      id: 3,
      number: "13900139001",
      since_at: now - 900_000,
      until_at: now + 12_000_000,
      dialled: 1,
      not_before_at: now + 240_000,
    },
    {
      ...row,
      id: 5,
      number: "18600186002",
      since_at: now - 190_000,
      until_at: now + 14_000_000,
      dialled: 0,
      not_before_at: null,
    },
  ];
}

export function phonesFrom(names: string[], now: number): Phone[] {
  return names.map((name, i) => ({
    id: i + 1,
    extension: String(8001 + i),
    name,
    registered: true,
    contact: `sip:${8001 + i}@192.0.2.${21 + i}:5060`,
    user_agent: i % 3 === 0 ? "Yealink SIP-T46U 108.86.0.45" : "baresip v1.0.0",
    expires_at: now + 7_200_000 + 1_500_000,
  }));
}

const QUEUES: Record<Tongue, [string, string, string]> = {
  zh: ["售前", "售后", "English"],
  en: ["Sales", "Service", "Cantonese"],
};

const CODES: Record<Tongue, string[]> = {
  zh: ["已下单", "咨询", "投诉"],
  en: ["Ordered", "Question", "Complaint"],
};

export function queues(tongue: Tongue): Queue[] {
  const [sales, service, other] = QUEUES[tongue];
  const times: Omit<Queue, "id" | "name" | "agents"> = {
    ring_s: 20,
    wrapup_s: 30,
    max_wait_s: 300,
    max_waiting: 50,
    strategy: "longest_idle",
    ring_step_s: 8,
    weight: 50,
    demand: { all: [] },
    preferred: [],
    best_skill_first: true,
    relaxation: [
      { after_s: 30, by: 1 },
      { after_s: 60, by: 2 },
    ],
    owner_hold_s: 15,
    vip_hold_s: 20,
    last_agent_h: 0,
    announcements: {
      position: true,
      wait: true,
      first_s: 10,
      every_s: 30,
      most_ahead: 10,
      most_minutes: 15,
      only_improved: false,
      may_rise: false,
    },
    callback: { key: "1", keep_s: 14_400, attempts: 2, retry_s: 600 },
    hours: null,
    exits: { closed: "goodbye", nobody: "goodbye", full: "goodbye", too_long: "goodbye" },
    exit_keys: [],
    join_empty: ["signed_out"],
    leave_empty: ["signed_out"],
    leave_empty_s: 60,
    overflow: [],
    keep_place_s: 60,
    is_disabled: false,
    greeting: "",
    vip_greeting: "",
    recording: "always",
    service_level: { percent: 80, within_s: 20 },
    wrapup_codes: CODES[tongue].map((name, at) => ({ id: at + 1, name })),
    wrapup_required: false,
  };
  return [
    { id: 1, name: sales, agents: [1, 2, 3, 7], ...times },
    { id: 2, name: service, agents: [4, 5, 6, 8, 9], ...times },
    { id: 3, name: other, agents: [3, 7, 10], ...times, ring_s: 25 },
  ];
}

export function menus(tongue: Tongue): Menu[] {
  return [
    {
      id: 1,
      name: tongue === "zh" ? "总机" : "Main",
      language: tongue,
      greeting:
        tongue === "zh"
          ? "您好，欢迎致电。售前请按 1，售后请按 2。For English, press 3."
          : "Welcome. For sales press 1, for service press 2, for Cantonese press 3.",
      choices: [
        { digit: "1", target: { queue: 1 }, business_type: null },
        { digit: "2", target: { queue: 2 }, business_type: null },
        { digit: "3", target: { queue: 3 }, business_type: null },
      ],
      input_s: 6,
      attempts: 3,
      otherwise: { queue: 1 },
    },
  ];
}

const known = (number: string, name: string | null = null): Caller => ({
  number,
  name,
  presentation: "allowed",
});

export const callers: Caller[] = [
  known("13800138000"),
  known("02162881904"),
  known("18621004477"),
  known("075583206611", "Nanshan Parts"),
  known("+85228101234", "Ho & Sons"),
  known("15986407723"),
  known("076922813300"),
  known("15500729031"),
  known("01066527788"),
  known("4008201166"),
  { number: null, name: null, presentation: "withheld" },
  { number: null, name: null, presentation: "unavailable" },
];
