// The HTTP contract, by hand until the box's own OpenAPI document replaces it (`npm run types`).

export interface Caller {
  number: string | null;
  name: string | null;
  presentation: "allowed" | "withheld" | "unavailable";
}
export type LineState = "out_of_service" | "idle" | "ringing" | "in_use";
export interface Line {
  id: number;
  name: string;
  state: LineState;
  call: number | null;
  since_at: number;
}
export interface LiveQueue {
  id: number;
  name: string;
  waiting: number;
  oldest_at: number | null;
  agents_idle: number;
  agents_signed_in: number;
  today: { offered: number; answered: number; abandoned: number };
}
export type AgentState =
  | "signed_out"
  | "not_ready"
  | "device_down"
  | "idle"
  | "offering"
  | "talking"
  | "holding"
  | "wrapup";
export interface LiveAgent {
  id: number;
  name: string;
  phone: { id: number; extension: string; registered: boolean };
  state: AgentState;
  since_at: number;
  reason: string | null;
  call: number | null;
}
export type CallStage =
  | "ringing"
  | "menu"
  | "waiting"
  | "offering"
  | "talking"
  | "holding"
  | "ending";
export interface LiveCall {
  id: number;
  since_at: number;
  caller: Caller;
  line: number;
  stage: CallStage;
  stage_since_at: number;
  queue: number | null;
  agent: number | null;
}
export interface Alarm {
  code: string;
  since_at: number;
  severity: "warning" | "critical";
  subject: string | null;
  message: string;
}
export interface Snapshot {
  type: "snapshot";
  seq: number;
  at: number;
  lines: Line[];
  queues: LiveQueue[];
  agents: LiveAgent[];
  calls: LiveCall[];
  alarms: Alarm[];
  today: { offered: number; answered: number; abandoned: number; in_progress: number };
}
export interface Heartbeat {
  type: "heartbeat";
  at: number;
}
export type LiveMessage = Snapshot | Heartbeat;

export type Outcome =
  | "served"
  | "abandoned_in_menu"
  | "abandoned_in_queue"
  | "no_choice"
  | "nobody_here"
  | "queue_full"
  | "waited_too_long"
  | "refused"
  | "failed";
export type Party = "customer" | "agent" | "system";
export interface CallSummary {
  id: number;
  offered_at: number;
  caller: Caller;
  line: number;
  queue: number | null;
  agent: number | null;
  outcome: Outcome | null;
  hung_up_by: Party | null;
  cause: number | null;
  wait_ms: number | null;
  talk_ms: number | null;
  hold_ms: number;
  duration_ms: number;
  recordings: number[];
}
export interface CallPage {
  calls: CallSummary[];
  next: number | null;
  total_estimate: number;
}
export interface Call extends CallSummary {
  answered_at: number | null;
  queued_at: number | null;
  connected_at: number | null;
  ended_at: number | null;
  ring_ms: number;
  ivr_ms: number;
  wrapup_ms: number;
}
export interface Fact {
  seq: number;
  at: number;
  kind: string;
  [field: string]: unknown;
}
export interface Recording {
  id: number;
  started_at: number;
  duration_ms: number;
  state: "complete" | "in_progress" | "repaired" | "failed";
  bytes: number;
}
export interface CallDetail {
  call: Call;
  facts: Fact[];
  recordings: Recording[];
}
export interface Waveform {
  columns: number;
  duration_ms: number;
  customer: number[];
  agent: number[];
}

export interface Agent {
  id: number;
  name: string;
  phone_id: number;
}
export interface Phone {
  id: number;
  extension: string;
  name: string;
  registered: boolean;
  contact: string | null;
  user_agent: string | null;
  expires_at: number | null;
}
export interface Queue {
  id: number;
  name: string;
  agents: number[];
  ring_s: number;
  wrapup_s: number;
  max_wait_s: number;
  max_waiting: number;
}
export interface Menu {
  id: number;
  name: string;
  language: "zh" | "en";
  greeting: string;
  choices: { digit: string; queue: number }[];
  input_s: number;
  attempts: number;
  otherwise: number | null;
}
export type AgentRequest =
  | "signed_in"
  | "signed_out"
  | "ready"
  | "not_ready"
  | "wrapup_done"
  | "hang_up";
export interface Session {
  user: { name: string; role: string };
  language: "zh" | "en" | null;
}
export interface Setup {
  needed: boolean;
  version: string;
}
