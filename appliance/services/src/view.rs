use hotline_call::{CallId, CallerId, LineId, Moment};

use crate::{AgentId, QueueId};

/// What people see of the call centre at one moment. Derived, never stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// All lines that were ever in service, by number.
    pub lines: Vec<LineView>,
    /// All queues, in the order configured.
    pub queues: Vec<QueueView>,
    /// All agents, in the order configured.
    pub agents: Vec<AgentView>,
    /// All calls that have not ended, oldest first.
    pub calls: Vec<CallView>,
    /// New calls are refused for want of disk.
    pub storage_full: bool,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineView {
    /// Which.
    pub line: LineId,
    /// Its state.
    pub state: LineState,
    /// The call on it.
    pub call: Option<CallId>,
}

/// The state of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineState {
    /// No battery: cable out or the exchange is down.
    OutOfService,
    /// Free.
    Idle,
    /// Rings.
    Ringing,
    /// In use.
    InUse,
}

/// One queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueView {
    /// Which.
    pub queue: QueueId,
    /// Its name.
    pub name: String,
    /// Callers in it, an agent's phone perhaps ringing for them.
    pub waiting: u32,
    /// Since when the one longest in it waits.
    pub oldest: Option<Moment>,
    /// Agents who could take a call now.
    pub agents_idle: u32,
    /// Agents signed in.
    pub agents_signed_in: u32,
}

/// One agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentView {
    /// Who.
    pub agent: AgentId,
    /// Name.
    pub name: String,
    /// The one effective state.
    pub state: AgentState,
    /// Since when.
    pub since: Moment,
    /// Why not ready.
    pub reason: Option<String>,
    /// The call.
    pub call: Option<CallId>,
}

/// The one effective state of an agent (semantics §5.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AgentState {
    /// Not at work.
    SignedOut,
    /// At work, takes no calls.
    NotReady,
    /// Ready, but the phone is not registered.
    DeviceDown,
    /// Ready and free.
    Idle,
    /// The phone rings.
    Offering,
    /// Talks.
    Talking,
    /// Has the caller on hold.
    Holding,
    /// Writes notes.
    Wrapup,
}

/// One call in progress.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallView {
    /// Which.
    pub call: CallId,
    /// Since when: the first ring.
    pub since: Moment,
    /// Who calls.
    pub caller: CallerId,
    /// On which line.
    pub line: LineId,
    /// Where it stands.
    pub stage: CallStage,
    /// Since when it stands there.
    pub stage_since: Moment,
    /// The queue, once one was reached.
    pub queue: Option<QueueId>,
    /// The agent rung or talking.
    pub agent: Option<AgentId>,
}

/// Where a call stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallStage {
    /// The line rings.
    Ringing,
    /// In a menu.
    Menu,
    /// In a queue.
    Waiting,
    /// An agent's phone rings.
    Offering,
    /// Talks.
    Talking,
    /// On hold.
    Holding,
    /// Being told goodbye, or being cleared.
    Ending,
}
