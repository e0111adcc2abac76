import type {
  AllRoles,
  FeatureCodes,
  Forward,
  Greeting,
  LineMeasurement,
  LogEntry,
  Mailboxes,
  Notes,
  PromptRow,
  ActPage,
  Refusal,
  Retention,
  Role,
  RoleDraft,
  BusinessType,
  BusinessTypeDraft,
  CalendarDay,
  ChangeSet,
  ChangeSetDetail,
  Checked,
  EmergencyPlan,
  Health,
  Imported,
  InCall,
  InboundAnswer,
  InboundRoute,
  InboundRouteDraft,
  Known,
  KnownDraft,
  ListEntry,
  ListEntryDraft,
  ListPage,
  MayCall,
  NumberDatabases,
  NumberPlan,
  OutboundAnswer,
  OutboundRule,
  OutboundRuleDraft,
  Preview,
  Province,
  ReadCalendar,
  Schedule,
  ScheduleDraft,
  Skill,
  Supervise,
  SkillDraft,
  TrunkGroup,
  TrunkGroupDraft,
  Undone,
  Version,
  VersionDetail,
  VoicePath,
  Account,
  AccountForm,
  AddedPhone,
  Agent,
  AgentDraft,
  AgentRequest,
  Authenticator,
  Breaks,
  CallDetail,
  CallPage,
  ErrorBody,
  Menu,
  MenuDraft,
  NewAccount,
  OpenSession,
  Password,
  Phone,
  PhoneDraft,
  Queue,
  QueueDraft,
  Session,
  Setup,
  Voicemail,
  Waveform,
} from "./model";

/** What the box refused or could not do, with what to tell the person. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly field: string | null = null,
    readonly id: string | null = null,
    /** What is wrong, and what belongs to it, for the words of the page's language. */
    readonly key: string | null = null,
    readonly params: Record<string, string> = {},
  ) {
    super(message);
  }
}

/** Where the box is; tests set it, browsers use their own origin. */
export const origin = { base: "" };
/** The change-set that settings are read and changed in; null: what is in force. */
export const changeSet: { id: number | null } = { id: null };
/** Called when the box no longer knows us, so that the sign-in page opens. */
export const session = { lost: () => {} };

async function failure(answer: Response): Promise<ApiError> {
  try {
    const { error } = (await answer.json()) as ErrorBody;
    const { code, message, field, id, key, params } = error;
    return new ApiError(
      answer.status,
      code,
      message,
      field ?? null,
      id ?? null,
      key ?? null,
      params ?? {},
    );
  } catch {
    return new ApiError(answer.status, "no_words", `HTTP ${answer.status}`);
  }
}

async function ask<T>(method: string, path: string, body?: unknown, keepalive = false): Promise<T> {
  const init: RequestInit = { method, credentials: "same-origin", keepalive };
  // The header keeps other sites from acting in our name: a plain form cannot set it.
  const type = body instanceof Blob ? body.type || "audio/wav" : "application/json";
  if (method !== "GET") init.headers = { "x-hotline": "1", "content-type": type };
  if (changeSet.id !== null) {
    init.headers = { ...init.headers, "x-hotline-change-set": String(changeSet.id) };
  }
  if (body !== undefined) init.body = body instanceof Blob ? body : JSON.stringify(body);
  let answer: Response;
  try {
    answer = await fetch(`${origin.base}/api${path}`, init);
  } catch {
    throw new ApiError(0, "unreachable", "");
  }
  if (!answer.ok) {
    const error = await failure(answer);
    if (error.code === "not_signed_in") session.lost();
    throw error;
  }
  const text = await answer.text();
  return (text === "" ? undefined : JSON.parse(text)) as T;
}

/** A list that an administrator sets: read, add, change, remove. */
function resource<Row extends { id: number }, Draft, Added = Row>(path: string) {
  return {
    list: () => ask<Row[]>("GET", path),
    add: (draft: Draft) => ask<Added>("POST", path, draft),
    change: (id: number, draft: Draft) => ask<Row>("PUT", `${path}/${id}`, draft),
    remove: (id: number) => ask<void>("DELETE", `${path}/${id}`),
  };
}

/** One thing that an administrator sets. */
function single<Thing>(path: string) {
  return {
    read: () => ask<Thing>("GET", path),
    set: (thing: Thing) => ask<Thing>("PUT", path, thing),
  };
}

export const api = {
  setup: () => ask<Setup>("GET", "/setup"),
  finishSetup: (code: string, name: string, password: string) =>
    ask<void>("POST", "/setup", { code, name, password }),
  session: () => ask<Session>("GET", "/session"),
  signIn: (name: string, password: string, code: string | null = null) =>
    ask<void>("POST", "/session", { name, password, code }),
  signOut: () => ask<void>("DELETE", "/session"),

  chooseLanguage: (language: "zh" | "en") => ask<void>("PUT", "/session/language", { language }),
  changePassword: (old: string, password: string) =>
    ask<void>("PUT", "/session/password", { old, password }),
  beginAuthenticator: () => ask<Authenticator>("POST", "/session/totp"),
  confirmAuthenticator: (code: string) => ask<void>("PUT", "/session/totp", { code }),
  dropAuthenticator: () => ask<void>("DELETE", "/session/totp"),
  sessions: () => ask<OpenSession[]>("GET", "/sessions"),
  endSession: (id: number) => ask<void>("DELETE", `/sessions/${id}`),

  calls: (query: URLSearchParams) => ask<CallPage>("GET", `/calls?${query}`),
  call: (id: number) => ask<CallDetail>("GET", `/calls/${id}`),
  waveform: (recording: number, columns: number) =>
    ask<Waveform>("GET", `/recordings/${recording}/waveform?columns=${columns}`),
  soundUrl: (recording: number) => `/api/recordings/${recording}/sound`,
  wavUrl: (recording: number) => `/api/recordings/${recording}.wav`,

  agents: resource<Agent, AgentDraft>("/agents"),
  phones: {
    ...resource<Phone, PhoneDraft, AddedPhone>("/phones"),
    newPassword: (id: number) => ask<Password>("POST", `/phones/${id}/password`),
  },
  queues: resource<Queue, QueueDraft>("/queues"),
  menus: resource<Menu, MenuDraft>("/menus"),
  accounts: {
    ...resource<Account, AccountForm | NewAccount, { id: number }>("/accounts"),
    givePassword: (id: number, password: string) =>
      ask<void>("PUT", `/accounts/${id}/password`, { password }),
    forgetAuthenticator: (id: number) => ask<void>("DELETE", `/accounts/${id}/totp`),
  },
  skills: resource<Skill, SkillDraft>("/skills"),
  business_types: resource<BusinessType, BusinessTypeDraft>("/business_types"),
  callers: {
    list: () => ask<Known[]>("GET", "/callers"),
    put: (number: string, draft: KnownDraft) =>
      ask<Known>("PUT", `/callers/${encodeURIComponent(number)}`, draft),
    remove: (number: string) => ask<void>("DELETE", `/callers/${encodeURIComponent(number)}`),
  },
  inbound_routes: {
    ...resource<InboundRoute, InboundRouteDraft>("/inbound_routes"),
    order: (ids: number[]) => ask<void>("PUT", "/inbound_routes/order", ids),
  },
  outbound_rules: {
    ...resource<OutboundRule, OutboundRuleDraft>("/outbound_rules"),
    order: (ids: number[]) => ask<void>("PUT", "/outbound_rules/order", ids),
  },
  trunk_groups: resource<TrunkGroup, TrunkGroupDraft>("/trunk_groups"),
  schedules: {
    ...resource<Schedule, ScheduleDraft>("/schedules"),
    preview: (schedule: ScheduleDraft, id: number | null, from_at: number) =>
      ask<Preview>("POST", "/schedules/preview", { schedule, id, from_at }),
    setByHand: (id: number, mode: "day" | "night" | null) =>
      ask<{ until_at: number | null }>("PUT", `/schedules/${id}/by_hand`, { mode }),
  },
  calendar: {
    ...single<CalendarDay[]>("/calendar"),
    readTable: (text: string) => ask<ReadCalendar>("POST", "/calendar/read", { text }),
  },
  emergency: single<EmergencyPlan>("/emergency"),
  mayCall: single<MayCall>("/may_call"),
  numberPlan: single<NumberPlan>("/number_plan"),
  regions: () => ask<Province[]>("GET", "/regions"),
  numberDatabase: {
    read: () => ask<NumberDatabases>("GET", "/number_database"),
    replace: (file: Blob) =>
      ask<NumberDatabases>(
        "PUT",
        "/number_database",
        new Blob([file], { type: "application/octet-stream" }),
      ),
    restore: () => ask<NumberDatabases>("POST", "/number_database/restore"),
  },
  numberList: {
    page: (query: URLSearchParams) => ask<ListPage>("GET", `/number_list?${query}`),
    add: (draft: ListEntryDraft) => ask<ListEntry>("POST", "/number_list", draft),
    propose: (draft: ListEntryDraft) => ask<ListEntry>("POST", "/number_list/propose", draft),
    change: (id: number, draft: ListEntryDraft) =>
      ask<ListEntry>("PUT", `/number_list/${id}`, draft),
    remove: (id: number) => ask<void>("DELETE", `/number_list/${id}`),
    check: (number: string) =>
      ask<Checked>("GET", `/number_list/check?number=${encodeURIComponent(number)}`),
    importTable: (form: {
      list: "black" | "white";
      text: string;
      language: "zh" | "en";
      only_valid: boolean;
      dry_run: boolean;
    }) => ask<Imported>("POST", "/number_list/import", form),
  },
  testInbound: (question: {
    line: number;
    called: string | null;
    caller: string | null;
    at: number | null;
  }) => ask<InboundAnswer>("POST", "/route_test/inbound", question),
  testOutbound: (question: { number: string; agent: number | null; lines_now: boolean }) =>
    ask<OutboundAnswer>("POST", "/route_test/outbound", question),
  roles: () => ask<AllRoles>("GET", "/roles"),
  putRole: (key: string, draft: RoleDraft) => ask<Role>("PUT", `/roles/${key}`, draft),
  removeRole: (key: string) => ask<void>("DELETE", `/roles/${key}`),
  changeSets: {
    list: () => ask<ChangeSet[]>("GET", "/change_sets"),
    add: (name: string) => ask<ChangeSet>("POST", "/change_sets", { name }),
    detail: (id: number) => ask<ChangeSetDetail>("GET", `/change_sets/${id}`),
    apply: (id: number) => ask<void>("POST", `/change_sets/${id}/apply`),
    remove: (id: number) => ask<void>("DELETE", `/change_sets/${id}`),
  },
  versions: {
    list: () => ask<Version[]>("GET", "/versions"),
    detail: (version: number) => ask<VersionDetail>("GET", `/versions/${version}`),
    restore: (version: number) => ask<void>("POST", `/versions/${version}/restore`),
    undo: (version: number) => ask<Undone>("POST", `/versions/${version}/undo`),
  },
  notes: {
    read: (agent: number) => ask<Notes>("GET", `/agents/${agent}/notes`),
    /** `last`: also when the page is gone before the answer. */
    say: (
      {
        agent,
        call,
        code,
        note,
      }: { agent: number; call: number; code: number | null; note: string },
      last = false,
    ) => ask<void>("PUT", `/agents/${agent}/notes`, { call, code, note: note.trim() }, last),
    extend: (agent: number) => ask<void>("POST", `/agents/${agent}/notes/extend`),
  },
  retention: {
    ...single<Retention>("/retention"),
    log: () => ask<LogEntry[]>("GET", "/retention/log"),
  },
  hold: (recording: number, reason: string) =>
    ask<void>("PUT", `/recordings/${recording}/hold`, { reason }),
  release: (recording: number, reason: string) =>
    ask<void>("DELETE", `/recordings/${recording}/hold`, { reason }),
  voicemails: {
    list: () => ask<Voicemail[]>("GET", "/voicemails"),
    mark: (id: number, mark: "heard" | "handled") =>
      ask<void>("PUT", `/voicemails/${id}`, { mark }),
    remove: (id: number) => ask<void>("DELETE", `/voicemails/${id}`),
    soundUrl: (id: number) => `/api/voicemails/${id}/sound`,
  },
  greetings: {
    list: () => ask<Greeting[]>("GET", "/greetings"),
    soundUrl: ({ key }: Greeting) => `/api/greetings/${key}`,
    replace: ({ key }: Greeting, sound: Blob) => ask<void>("PUT", `/greetings/${key}`, sound),
    restore: ({ key }: Greeting) => ask<void>("DELETE", `/greetings/${key}`),
  },
  prompts: {
    list: () => ask<PromptRow[]>("GET", "/prompts"),
    soundUrl: ({ key }: PromptRow) => `/api/prompts/${key}`,
    replace: ({ key }: PromptRow, sound: Blob) => ask<void>("PUT", `/prompts/${key}`, sound),
    restore: ({ key }: PromptRow) => ask<void>("DELETE", `/prompts/${key}`),
  },
  mailboxes: single<Mailboxes>("/mailboxes"),
  breaks: single<Breaks>("/breaks"),
  forwarding: single<Forward>("/session/forwarding"),
  voice: single<VoicePath>("/voice"),
  featureCodes: single<FeatureCodes>("/feature_codes"),
  measureLine: (line: number) => ask<LineMeasurement>("GET", `/lines/${line}/measurement`),
  health: () => ask<Health>("GET", "/health"),
  audit: (query: URLSearchParams) => ask<ActPage>("GET", `/audit?${query}`),
  refusals: () => ask<Refusal[]>("GET", "/audit/refusals"),
  cancelCallback: (id: number) => ask<void>("DELETE", `/callbacks/${id}`),
  inCall: (agent: number, what: InCall) => ask<void>("POST", `/agents/${agent}/in_call`, what),
  supervise: (agent: number, what: Supervise) =>
    ask<void>("POST", `/agents/${agent}/supervise`, what),
  acknowledgeHelp: (id: number) => ask<void>("POST", `/calls_for_help/${id}/acknowledge`),
  setAgentState: (id: number, state: AgentRequest, reason: string | null = null) =>
    ask<void>("POST", `/agents/${id}/state`, { state, reason }),
};
