//! The words of the pure rooms as the API says them. An `enum` here and its twin there cannot
//! differ: both directions are a full `match`.

use hotline_call::CallerId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident is $twin:path { $($word:ident),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub(super) enum $name { $($word),* }

        impl From<$twin> for $name {
            fn from(twin: $twin) -> Self {
                use $twin as Twin;
                match twin { $(Twin::$word => Self::$word),* }
            }
        }

        impl From<$name> for $twin {
            fn from(word: $name) -> Self {
                use $twin as Twin;
                match word { $($name::$word => Twin::$word),* }
            }
        }
    };
}

words! {
    /// How a call ended, seen by the customer.
    Outcome is hotline_services::EndOutcome {
        Served, AbandonedInMenu, AbandonedInQueue, NoChoice, NobodyHere, QueueFull,
        WaitedTooLong, Refused, Failed,
    }
}
words! {
    /// Which side of a call did something.
    Party is hotline_call::Party { Customer, Agent, System }
}
words! {
    /// Whether the caller lets us see the number.
    Presentation is hotline_call::Presentation { Allowed, Withheld, Unavailable }
}
words! {
    /// A language callers are spoken to in.
    Language is hotline_services::Language { Zh, En }
}
words! {
    /// The state of a line.
    LineState is hotline_services::LineState { OutOfService, Idle, Ringing, InUse }
}
words! {
    /// The one effective state of an agent.
    AgentState is hotline_services::AgentState {
        SignedOut, NotReady, DeviceDown, Idle, Offering, Talking, Holding, Consulting, Conferencing,
        Wrapup,
    }
}
words! {
    /// Where a call stands.
    CallStage is hotline_services::CallStage {
        Ringing, Menu, Waiting, Offering, Talking, Holding, Transferring, Ending,
    }
}
words! {
    /// How far a recording is.
    RecordingState is crate::store::RecordingState { InProgress, Complete, Repaired, Failed, Removed }
}
words! {
    /// What to do when the disk fills: say so only, or remove the oldest recordings.
    WhenLow is crate::store::WhenLow { Keep, RemoveOldest }
}

/// Who calls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct Caller {
    number: Option<String>,
    name: Option<String>,
    presentation: Presentation,
}

impl Caller {
    pub fn new(
        number: Option<String>,
        name: Option<String>,
        presentation: hotline_call::Presentation,
    ) -> Self {
        Self {
            number,
            name,
            presentation: presentation.into(),
        }
    }
}

impl From<&CallerId> for Caller {
    fn from(caller: &CallerId) -> Self {
        let number = caller.number.as_ref().map(ToString::to_string);
        Self::new(number, caller.name.clone(), caller.presentation)
    }
}
