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
export type CallForHelp = Told<Schema["CallForHelp"]>;
export type AlarmCode = Schema["AlarmCode"];
export type Line = Told<Schema["Line"]>;
export type LineState = Schema["LineState"];
export type LiveQueue = Told<Schema["LiveQueue"]>;
export type LiveAgent = Told<Schema["LiveAgent"]>;
export type AgentState = Schema["AgentState"];
export type Callback = Told<Schema["Callback"]>;
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
export type Waveform = Schema["Waveform"];

export type Voicemail = Told<Schema["Voicemail"]>;
export type Mailbox = Schema["Mailbox"];
export type Mailboxes = Schema["Mailboxes"];
export type Greeting = Told<Schema["Greeting"]>;
export type Breaks = Told<Schema["Breaks"]>;
export type Forward = Schema["Forward"];
export type ForwardTo = Schema["ForwardTo"];
export type Agent = Required<Schema["Agent"]>;
export type AgentDraft = Required<Schema["AgentDraft"]>;
export type AgentRequest = Schema["AgentRequest"];
export type Destination = Schema["Destination"];
export type InCall = Schema["InCall"];
export type Supervise = Schema["Supervise"];
export type SuperviseMode = Schema["SuperviseMode"];
export type Doing = Schema["Doing"];
export type Notes = Told<Schema["Notes"]>;
export type Health = Told<Schema["Health"]>;
export type Refusal = Schema["Refusal"];
export type Act = Schema["Act"];
export type ActPage = Told<Schema["ActPage"]>;
export type Retention = Told<Schema["Retention"]>;
export type VoicePath = Schema["VoicePath"];
export type LineMeasurement = Told<Schema["LineMeasurement"]>;
export type LogEntry = Told<Schema["LogEntry"]>;
export type PromptRow = Schema["PromptRow"];
export type Role = Schema["Role"];
export type RoleDraft = Schema["RoleDraft"];
export type Reach = Schema["Reach"];
export type FeatureCodes = Schema["FeatureCodes"];
export type Feature = Schema["Feature"];
export type Direction = Schema["Direction"];
export type Phone = Told<Schema["Phone"]>;
export type PhoneDraft = Told<Schema["PhoneDraft"]>;
export type AddedPhone = Told<Schema["AddedPhone"]>;
export type Password = Told<Schema["Password"]>;
export type Queue = Required<Schema["Queue"]>;
export type QueueDraft = Required<Schema["QueueDraft"]>;
export type Exit = Schema["Exit"];
export type Overflow = Schema["Overflow"];
export type OverflowAction = Schema["OverflowAction"];
export type Absence = Schema["Absence"];
export type WrapupCode = Schema["WrapupCode"];
export type Menu = Told<Schema["Menu"]>;
export type MenuDraft = Told<Schema["MenuDraft"]>;

export type SkillLevel = Schema["SkillLevel"];
export type Demand = Schema["Demand"];
export type Strategy = Schema["Strategy"];
export type Skill = Schema["Skill"];
export type SkillDraft = Schema["SkillDraft"];
export type BusinessType = Required<Schema["BusinessType"]>;
export type BusinessTypeDraft = Required<Schema["BusinessTypeDraft"]>;
export type Known = Required<Schema["Known"]>;
export type KnownDraft = Required<Schema["KnownDraft"]>;
export type Vip = Schema["Vip"];
export type Target = Schema["Target"];
export type InboundRoute = Required<Schema["InboundRoute"]>;
export type InboundRouteDraft = Required<Schema["InboundRouteDraft"]>;
export type Through = Schema["Through"];
export type CallClass = Schema["CallClass"];
export type OutboundRule = Required<Schema["OutboundRule"]>;
export type OutboundRuleDraft = Required<Schema["OutboundRuleDraft"]>;
export type TrunkGroup = Required<Schema["TrunkGroup"]>;
export type TrunkGroupDraft = Required<Schema["TrunkGroupDraft"]>;
export type Weekday = Schema["Weekday"];
export type WeekSpan = Schema["WeekSpan"];
export type DayKind = Schema["DayKind"];
export type CalendarDay = Schema["CalendarDay"];
export type Schedule = Required<Schema["Schedule"]>;
export type ScheduleDraft = Required<Schema["ScheduleDraft"]>;
export type Preview = Schema["Preview"];
export type ReadCalendar = Schema["ReadCalendar"];
export type EmergencyPlan = Required<Schema["EmergencyPlan"]>;
export type EmergencyService = Schema["EmergencyService"];
export type MayCall = Required<Schema["MayCall"]>;
export type NumberPlan = Schema["NumberPlan"];
export type ListEntry = Required<Schema["ListEntry"]>;
export type ListEntryDraft = Schema["ListEntryDraft"];
export type Listed = Schema["Listed"];
export type NumberOrigin = Told<Schema["Origin"]>;
export type NumberSort = Schema["NumberSort"];
export type NumberOperator = Schema["Operator"];
export type Province = Schema["Province"];
export type NumberDatabase = Schema["NumberDatabase"];
export type NumberDatabases = Told<Schema["NumberDatabases"]>;
export type ListPage = Told<Schema["ListPage"]>;
export type Imported = Schema["Imported"];
export type Checked = Schema["Checked"];
export type InboundAnswer = Schema["InboundAnswer"];
export type OutboundAnswer = Schema["OutboundAnswer"];
export type RouteStep = Schema["RouteStep"];
export type AllRoles = Schema["AllRoles"];
export type ChangeSet = Schema["ChangeSet"];
export type ChangeSetDetail = Schema["ChangeSetDetail"];
export type Change = Schema["Change"];
export type Version = Schema["Version"];
export type VersionDetail = Schema["VersionDetail"];
export type Undone = Schema["Undone"];

export type Account = Told<Schema["Account"]>;
export type AccountForm = Schema["AccountForm"];
export type NewAccount = Schema["NewAccount"];
export type OpenSession = Told<Schema["OpenSession"]>;
export type Authenticator = Told<Schema["Authenticator"]>;

export type Session = Told<Schema["Session"]>;
export type Setup = Told<Schema["Setup"]>;
export type ErrorBody = Schema["Error"];
