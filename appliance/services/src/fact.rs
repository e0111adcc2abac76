use hotline_call::{CallId, CallerId, Cause, Device, Digit, LegId, LineId, Moment, Number, Party};
use serde::{Deserialize, Serialize};

use crate::{AgentId, Configuration, MenuId, QueueId, RecordingId, StorageState};

/// Something that happened. Append-only; the call record, the statistics, the timeline and the
/// state itself are all derived from facts. Stored as JSON; a reader skips kinds it does not know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// 1, 2, 3 … without gaps over all lives of the program.
    pub seq: u64,
    /// Which life of the program; `Moment::mono_ms` compares only within one.
    pub boot: u64,
    /// When.
    pub at: Moment,
    /// What.
    #[serde(flatten)]
    pub what: What,
}

/// The kinds of fact. Fields are only ever added, with a default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum What {
    /// The program started.
    Started,
    /// The administrator set something.
    Configured { configuration: Box<Configuration> },
    /// The room on the disk changed.
    StorageChanged { state: StorageState },
    /// A line or phone can be used.
    DeviceInService { device: Device },
    /// A line or phone cannot be used.
    DeviceOutOfService { device: Device },

    /// An agent began work, ready.
    AgentSignedIn { agent: AgentId },
    /// An agent ended work.
    AgentSignedOut { agent: AgentId },
    /// An agent became ready.
    AgentReady { agent: AgentId },
    /// An agent became not ready; `by` the system after missed calls.
    AgentNotReady { agent: AgentId, reason: String, by: Party },
    /// An agent in a call asked for a state that will apply after wrap-up: `None` sign-out.
    AgentStatePending { agent: AgentId, not_ready: Option<String> },
    /// Time for notes began; it ends by itself `wrapup_ms` later.
    WrapupStarted { agent: AgentId, call: CallId, wrapup_ms: u64 },
    /// Time for notes ended.
    WrapupEnded { agent: AgentId, call: CallId },

    /// Somebody calls. The first fact of a call.
    CallOffered {
        call: CallId,
        leg: LegId,
        line: LineId,
        caller: CallerId,
        called: Option<Number>,
    },
    /// A call was not let in; the first and last fact of it.
    CallRefused { call: CallId, leg: LegId, line: LineId, caller: CallerId, cause: Cause },
    /// We answered; the caller hears us.
    CallAnswered { call: CallId },
    /// The caller entered a menu or hears it again; `attempt` counts from 1.
    MenuEntered { call: CallId, menu: MenuId, attempt: u32 },
    /// The greeting was played to its end; input is awaited.
    MenuAwaitsInput { call: CallId },
    /// The caller pressed a key.
    DigitPressed { call: CallId, digit: Digit, duration_ms: u32 },
    /// The key led to no choice.
    MenuInvalid { call: CallId, digit: Digit },
    /// No key in time.
    MenuNoInput { call: CallId },

    /// The caller waits in a queue.
    Queued { call: CallId, queue: QueueId, position: u32 },
    /// An agent's phone is rung for the caller, and why this agent.
    AgentOffered { call: CallId, queue: QueueId, agent: AgentId, leg: LegId, why: Vec<Why> },
    /// The ringing ended without a conversation.
    OfferEnded { call: CallId, agent: AgentId, leg: LegId, outcome: OfferOutcome },
    /// Caller and agent talk.
    Connected { call: CallId, agent: AgentId, leg: LegId },
    /// The agent put the caller on hold.
    Held { call: CallId, leg: LegId },
    /// The agent took the caller back.
    Retrieved { call: CallId, leg: LegId },
    /// A recording began.
    RecordingStarted { call: CallId, recording: RecordingId },
    /// A recording ended.
    RecordingStopped { call: CallId, recording: RecordingId },
    /// A recording could not be written to its end.
    RecordingFailed { call: CallId, recording: RecordingId },

    /// We asked a door to end a leg and wait for it to tell that it is over.
    LegReleasing { call: CallId, leg: LegId, cause: Cause },
    /// A leg is over.
    LegReleased { call: CallId, leg: LegId, cause: Cause },
    /// The caller is gone and so is everything we did for the call. The last fact of a call, but
    /// for the wrap-up of the agent.
    CallEnded { call: CallId, outcome: EndOutcome, by: Party, cause: Cause },

    /// A kind a newer program wrote. Skipped.
    #[serde(other)]
    Unknown,
}

/// How the ringing of an agent ended without a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfferOutcome {
    /// Rang for the whole time.
    NoAnswer,
    /// The agent pressed "reject".
    Rejected,
    /// The phone was in a call we know nothing of.
    Busy,
    /// The phone could not be reached.
    Unreachable,
    /// The caller hung up first.
    CallerGone,
}

/// How a call ended, seen by the customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndOutcome {
    /// Talked to an agent.
    Served,
    /// Hung up in the menu.
    AbandonedInMenu,
    /// Hung up in the queue, or while an agent's phone rang.
    AbandonedInQueue,
    /// Pressed nothing, or nothing valid, as often as the menu allows.
    NoChoice,
    /// Nobody was signed in.
    NobodyHere,
    /// The queue was full.
    QueueFull,
    /// Waited as long as the queue allows.
    WaitedTooLong,
    /// Not let in.
    Refused,
    /// The line or this machine failed.
    Failed,
}

/// One agent considered for an offer: the trace of the decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Why {
    /// Who was considered.
    pub agent: AgentId,
    /// How long idle, when idle.
    pub idle_ms: Option<u64>,
    /// Why not: "talking", "signed_out"…; `None` is the chosen one, or one idle for less time.
    pub not: Option<String>,
}
