use std::fmt;

use hotline_call::Moment;
use serde::{Deserialize, Serialize};

use crate::{AgentId, Configuration, PlaybackId, RecordingId};

/// What can happen to the call centre.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// A door tells of a leg or a device.
    Door(hotline_call::Event),
    /// What an `Action::Play` started has been heard to its end (never told of a repeating one,
    /// nor of one that was stopped or replaced).
    PlaybackEnded(PlaybackId),
    /// The recorder could not write; what it had is kept.
    RecordingFailed(RecordingId),
    /// The administrator has set something; the configuration has been checked.
    Configure(Box<Configuration>),
    /// A person asks for something from a screen.
    Request(Request),
    /// The room left for facts and recordings has changed.
    Storage(StorageState),
    /// The time of [`crate::CallCentre::poll_timeout`] has come.
    Timeout,
    /// The program starts: every leg of a life before is gone.
    Started {
        /// The number of this life, greater than any before.
        boot: u64,
        /// When the life of the last fact was seen alive last, on its own clocks, if somebody kept
        /// watch: what was going on then lasted at least until there.
        last_alive: Option<Moment>,
    },
}

/// What a person at a screen asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "request", rename_all = "snake_case")]
pub enum Request {
    /// The agent begins work, ready for calls.
    SignIn {
        /// Who.
        agent: AgentId,
    },
    /// The agent ends work; in a call this waits for the end of wrap-up.
    SignOut {
        /// Who.
        agent: AgentId,
    },
    /// Ready for calls.
    Ready {
        /// Who.
        agent: AgentId,
    },
    /// Not ready; in a call this waits for the end of wrap-up.
    NotReady {
        /// Who.
        agent: AgentId,
        /// Why: "lunch".
        reason: String,
    },
    /// Wrap-up is done before its time.
    WrapupDone {
        /// Who.
        agent: AgentId,
    },
    /// The agent ends the call from the screen.
    HangUp {
        /// Who.
        agent: AgentId,
    },
}

/// A request that cannot be met, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// There is no such agent.
    NoSuchAgent(AgentId),
    /// The agent is signed out.
    SignedOut(AgentId),
    /// The agent is not in a call.
    NotInACall(AgentId),
    /// The agent is not in wrap-up.
    NotInWrapup(AgentId),
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchAgent(a) => write!(f, "there is no agent {}", a.0),
            Self::SignedOut(a) => write!(f, "agent {} is signed out; sign in first", a.0),
            Self::NotInACall(a) => write!(f, "agent {} is not in a call", a.0),
            Self::NotInWrapup(a) => write!(f, "agent {} is not in wrap-up", a.0),
        }
    }
}

impl std::error::Error for Refused {}

/// The room left on the disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StorageState {
    /// All is well.
    #[default]
    Normal,
    /// Only the reserve for facts is left: new calls are refused with cause 42, no new recordings,
    /// calls in progress go on and end with their facts written.
    ReserveReached,
}
