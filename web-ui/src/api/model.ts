// The words of the API, from the box's own OpenAPI document (`npm run types` after it changed).
import type { components } from "./types";

/** The document lets a field be left out where the box in fact always tells it, `null` when there
 * is nothing. */
type Told<T> = T extends (infer Item)[]
  ? Told<Item>[]
  : T extends object
    ? { [Key in keyof T]-?: Told<T[Key]> }
    : T;
type Schema = components["schemas"];

export type Caller = Told<Schema["Caller"]>;
export type Alarm = Told<Schema["Alarm"]>;
export type AlarmCode = Schema["AlarmCode"];
export type Line = Told<Schema["Line"]>;
export type LineState = Schema["LineState"];
export type LiveQueue = Told<Schema["LiveQueue"]>;
export type LiveAgent = Told<Schema["LiveAgent"]>;
export type AgentState = Schema["AgentState"];
export type LiveCall = Told<Schema["LiveCall"]>;
export type CallStage = Schema["CallStage"];
export type LiveMessage = Told<Schema["LiveMessage"]>;
export type Snapshot = Extract<LiveMessage, { type: "snapshot" }>;

export type CallSummary = Told<Schema["CallSummary"]>;
export type CallPage = Told<Schema["CallPage"]>;
export type Call = Told<Schema["Call"]>;
export type CallDetail = Told<Schema["CallDetail"]>;
export type Fact = Schema["Fact"];
export type Outcome = Schema["Outcome"];
export type Party = Schema["Party"];
export type Recording = Told<Schema["Recording"]>;
export type Waveform = Told<Schema["Waveform"]>;

export type Agent = Told<Schema["Agent"]>;
export type AgentDraft = Told<Schema["AgentDraft"]>;
export type AgentRequest = Schema["AgentRequest"];
export type Phone = Told<Schema["Phone"]>;
export type PhoneDraft = Told<Schema["PhoneDraft"]>;
export type AddedPhone = Told<Schema["AddedPhone"]>;
export type Password = Told<Schema["Password"]>;
export type Queue = Told<Schema["Queue"]>;
export type QueueDraft = Told<Schema["QueueDraft"]>;
export type Menu = Told<Schema["Menu"]>;
export type MenuDraft = Told<Schema["MenuDraft"]>;

export type Account = Told<Schema["Account"]>;
export type AccountForm = Schema["AccountForm"];
export type NewAccount = Schema["NewAccount"];
export type OpenSession = Told<Schema["OpenSession"]>;
export type Authenticator = Told<Schema["Authenticator"]>;

export type Session = Told<Schema["Session"]>;
export type Setup = Told<Schema["Setup"]>;
export type ErrorBody = Schema["Error"];
