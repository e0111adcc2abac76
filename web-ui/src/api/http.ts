import type {
  Account,
  AccountForm,
  AddedPhone,
  Agent,
  AgentDraft,
  AgentRequest,
  Authenticator,
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
  ) {
    super(message);
  }
}

/** Where the box is; tests set it, browsers use their own origin. */
export const origin = { base: "" };
/** Called when the box no longer knows us, so that the sign-in page opens. */
export const session = { lost: () => {} };

async function failure(answer: Response): Promise<ApiError> {
  try {
    const { error } = (await answer.json()) as ErrorBody;
    const { code, message, field, id } = error;
    return new ApiError(answer.status, code, message, field ?? null, id ?? null);
  } catch {
    return new ApiError(answer.status, "no_words", `HTTP ${answer.status}`);
  }
}

async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
  const init: RequestInit = { method, credentials: "same-origin" };
  // The header keeps other sites from acting in our name: a plain form cannot set it.
  if (method !== "GET") init.headers = { "x-hotline": "1", "content-type": "application/json" };
  if (body !== undefined) init.body = JSON.stringify(body);
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
  setAgentState: (id: number, state: AgentRequest, reason: string | null = null) =>
    ask<void>("POST", `/agents/${id}/state`, { state, reason }),
};
