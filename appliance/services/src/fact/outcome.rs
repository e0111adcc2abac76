//! How things ended.

use serde::{Deserialize, Serialize};

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
    /// Another agent answered first.
    AnsweredElsewhere,
}

/// What an agent's phone is rung for by another agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RingPurpose {
    /// To be asked something, aside.
    Consult,
    /// To get the call.
    Transfer,
    /// To get the call back that nobody took.
    Return,
}

/// How a call is given on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransferMode {
    /// Without asking.
    Blind,
    /// After asking.
    Attended,
    /// While the phone of who is to be asked still rings.
    SemiAttended,
}

/// What an agent does in a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doing {
    /// Talks with the customer.
    Talking,
    /// Has put the others on hold.
    Holding,
    /// Asks another agent, or is asked, aside.
    Consulting,
    /// Talks with the customer and other agents.
    Conferencing,
}

/// How a call ended, seen by the customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndOutcome {
    /// Talked to an agent.
    Served,
    /// Called by us, and did not answer.
    NotReached,
    /// Hung up in the menu.
    AbandonedInMenu,
    /// Hung up in the queue, or while an agent's phone rang.
    AbandonedInQueue,
    /// Hung up while the phone of the one who was wanted rang.
    AbandonedRinging,
    /// Was led to somebody who, like all in the stead of that one, did not take the call.
    NotAnswered,
    /// Left a message.
    LeftMessage,
    /// Will be called back.
    CallbackAgreed,
    /// Came to a mailbox and left no message.
    NoMessage,
    /// A person here who heard the own mailbox, or spoke a sentence.
    SelfService,
    /// Pressed nothing, or nothing valid, as often as the menu allows.
    NoChoice,
    /// Nobody was signed in.
    NobodyHere,
    /// The queue was full.
    QueueFull,
    /// Waited as long as the queue allows.
    WaitedTooLong,
    /// Heard a sentence, as its route says, and no more.
    Announced,
    /// Not let in.
    Refused,
    /// The line or this machine failed.
    Failed,
}
