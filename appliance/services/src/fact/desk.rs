//! What people set at their phones for the phone, or for themselves.

use hotline_call::{LegId, PhoneId};
use serde::{Deserialize, Serialize};

use crate::{AgentId, ForwardTo};

/// What somebody set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum DeskStep {
    /// A phone is not to ring, or may ring again.
    DoNotDisturb {
        /// Which phone.
        phone: PhoneId,
        /// Who sits there; [`AgentId::NOBODY`]: nobody.
        agent: AgentId,
        /// Not to ring.
        is_on: bool,
    },
    /// Who calls an agent goes elsewhere at once, or not any more.
    Forwarded {
        /// Whose callers.
        agent: AgentId,
        /// Where they go; `None`: as the agent's forwarding is set.
        to: Option<ForwardTo>,
    },
    /// Whoever is at a phone says to be this agent; whether the PIN is right is being found out.
    PinAsked {
        /// Who.
        agent: AgentId,
        /// At which phone.
        phone: PhoneId,
        /// The phone's leg.
        leg: LegId,
    },
    /// It was not.
    PinWrong {
        /// Of whom.
        agent: AgentId,
        /// At which phone.
        phone: PhoneId,
        /// For how long no PIN of this agent is taken.
        locked_ms: u64,
    },
    /// An agent sits at a phone, until signed out.
    SatDown {
        /// Who.
        agent: AgentId,
        /// At which.
        phone: PhoneId,
    },
    /// An agent has opened a page.
    BrowserOpened {
        /// Who.
        agent: AgentId,
    },
    /// An agent has closed the last page.
    BrowserClosed {
        /// Who.
        agent: AgentId,
        /// For how long the agent is still taken to be there.
        stays_ms: u64,
    },
}

impl DeskStep {
    /// Who sits there, or [`AgentId::NOBODY`].
    #[must_use]
    pub const fn agent(&self) -> AgentId {
        match *self {
            Self::DoNotDisturb { agent, .. }
            | Self::Forwarded { agent, .. }
            | Self::PinAsked { agent, .. }
            | Self::PinWrong { agent, .. }
            | Self::SatDown { agent, .. }
            | Self::BrowserOpened { agent }
            | Self::BrowserClosed { agent, .. } => agent,
        }
    }
}
