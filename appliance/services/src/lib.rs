//! The whole call centre as one pure state machine: agents, queues, menus, records.
//!
//! [`CallCentre::handle`] takes one [`Event`] and the time and returns what happened (facts, to be
//! stored) and what is to be done (actions, to be carried out in order). Inside, `decide` only
//! reads the state and names facts; `apply` folds each fact into the state and cannot fail. So the
//! state is a fold of the facts, and [`CallCentre::refold`] rebuilds it from them.

mod acd;
mod action;
mod arrival;
mod at_phone;
pub mod blacklist;
mod browser;
mod calling;
mod centre;
mod checkpoint;
mod configuration;
mod csv;
mod decision;
mod desk;
pub mod emergency;
mod event;
mod fact;
pub mod feature_code;
mod forward;
mod hearing;
mod hot_desk;
mod index;
mod invariants;
mod ivr;
mod number_plan;
mod park;
mod pattern;
pub mod permission;
mod record;
mod recording;
pub mod region;
pub mod route;
mod say;
pub mod schedule;
mod stage;
mod state;
mod switch;
mod talk;
mod timer;
mod trace;
mod view;
mod voicemail;
mod work;

pub use acd::{Basis, Estimate};
pub use action::{Action, Outcome, PlaybackId, RecordingId};
pub use centre::CallCentre;
pub use checkpoint::Checkpoint;
pub use configuration::{
    Absence, Agent, AgentId, Announcements, BreakReason, Breaks, BusinessType, BusinessTypeId,
    CallbackOffer, Choice, Configuration, ConfigurationError, Demand, Exit, ExitKey, Exits,
    Extension, Forward, ForwardTo, KnownCaller, Menu, MenuId, NoiseReduction, Overflow,
    OverflowAction, Person, Queue, QueueId, RecordingPolicies, RecordingPolicy, Relaxation, Rules,
    ServiceLevel, Skill, SkillId, SkillLevel, Standing, Strategy, Vip, Voice, VoicePath,
    WrapupCode, WrapupCodeId, number_of_text,
};
pub use csv::{RowFault, faults_as_csv};
pub use event::{
    Destination, Event, ForcedState, InCall, Refused, Request, StorageState, Supervise,
    SuperviseMode, Supervisor,
};
pub use fact::{
    AcceptAsked, Acted, AtPhone, AtPhoneStep, CallDialled, CallNoted, CallParked, CallRefused,
    CallRouted, CallScreened, CallbackOutcome, CallbackStep, CodeRefused, DedicatedSought,
    DeskStep, DialRefused, Doing, EndOutcome, Fact, ForceReleased, Goal, HelpAcknowledged,
    MailboxEntered, MarkedBy, MessageMark, NextLine, OfferOutcome, OriginKnown, OtherAsked,
    Overflowed, PartiesTurned, Passed, PersonPassed, PersonRung, PersonSought, QueueLeft,
    RecordingPaused, RingPurpose, ScheduleSet, SoundKept, Spoken, StateForced, SupervisionMoved,
    SupervisionRung, TakenOver, TransferAwaited, TransferMode, VoicemailLeft, VoicemailMarked,
    WaitAnnounced, What, WrapupExtended,
};
pub use invariants::{Broken, Invariants, Tally};
pub use number_plan::NumberPlan;
pub use pattern::Pattern;
pub use record::{
    AgentSpan, AgentTimes, CallRecord, LeftQueue, LegRecord, Pause, QueueVisit, QueueVisits,
    Records,
};
pub use say::{Language, Prompt, Say, number_of_prompt, prompt_of_number};
pub use trace::{Because, PassedBecause, PassedOver, Why, WhyNot};
pub use view::{
    AgentState, AgentView, CallStage, CallView, CallbackView, LineState, LineView, PartyView,
    QueueView, Recorded, SupervisionView, View,
};
pub use voicemail::{MailboxGreeting, Mailboxes, Voicemail, may_open};
