use hotline_call::PhoneId;
use serde::{Deserialize, Serialize};

use super::{AgentId, MenuId, QueueId};

/// Where a caller goes who cannot be taken into a queue, or stays there no longer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exit {
    /// Is told why, and goodbye.
    #[default]
    Goodbye,
    /// Into another queue; goodbye, if that one cannot take the caller either.
    Queue(QueueId),
    /// Into a menu.
    Menu(MenuId),
    /// Into the mailbox of the queue.
    Voicemail,
}

/// Where callers go whom a queue does not serve (features B7).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Exits {
    /// Outside the hours of the queue.
    pub closed: Exit,
    /// No agent is there.
    pub nobody: Exit,
    /// As many wait as may.
    pub full: Exit,
    /// Waited as long as the queue allows.
    pub too_long: Exit,
}

/// A step of the overflow timeline of a queue (semantics §5.2). What less skill will do is a
/// timeline of its own, `Queue::relaxation`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overflow {
    /// Waited so long; 1..=7200.
    pub after_s: u32,
    /// What is done then.
    pub action: OverflowAction,
}

/// What is done for a caller who has waited for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OverflowAction {
    /// The agents of that queue may take the caller too.
    AddAgentsOf(QueueId),
    /// Into that queue, with what was waited counted; stays, if it cannot take the caller.
    MoveTo(QueueId),
    /// Into a menu.
    Menu(MenuId),
    /// Into the mailbox of the queue.
    Voicemail,
    /// Straight to that agent; stays, if the phone cannot be rung now.
    Agent(AgentId),
    /// Straight to that telephone; stays, if it cannot be rung now.
    Phone(PhoneId),
    /// Is offered to be called back, as if the key for it had been pressed; stays, if the queue calls
    /// nobody back.
    OfferCallback,
    /// Is told goodbye.
    Goodbye,
}

/// A state in which an agent does not count as being there for a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Absence {
    /// Not at work.
    SignedOut,
    /// At work, takes no calls.
    NotReady,
    /// The phone is away.
    DeviceDown,
    /// Rung or in a call.
    InCall,
    /// Writes notes.
    Wrapup,
}
