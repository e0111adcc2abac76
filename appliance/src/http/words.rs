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
        Served, NotReached, AbandonedInMenu, AbandonedInQueue, AbandonedRinging, NotAnswered, LeftMessage,
        CallbackAgreed,
        NoMessage, SelfService, NoChoice, NobodyHere, QueueFull, Announced,
        WaitedTooLong, Refused, Failed,
    }
}
words! {
    /// Which side of a call did something.
    Party is hotline_call::Party { Customer, Agent, System }
}
words! {
    /// How much noise is taken away.
    NoiseReduction is hotline_services::NoiseReduction { Off, Mild, Medium, Strong }
}
words! {
    /// Whether the caller lets us see the number.
    Presentation is hotline_call::Presentation { Allowed, Withheld, Unavailable }
}
words! {
    /// What sort of number it is; the services are those that begin with 400, 800, 95, 96 and 1010.
    NumberSort is hotline_services::region::NumberSort {
        Landline, Mobile, Service400, Service800, Service95, Service96, Service1010, Operator,
        Public,
    }
}
words! {
    /// The operator that has the range of a mobile number, or on whose network its brand is.
    Operator is hotline_services::region::Operator {
        ChinaMobile, ChinaUnicom, ChinaTelecom, ChinaBroadnet,
        OnChinaTelecom, OnChinaUnicom, OnChinaMobile, OnChinaBroadnet,
    }
}
words! {
    /// A language callers are spoken to in.
    Language is hotline_services::Language { Zh, En }
}
words! {
    /// What has become of a call for help.
    HelpState is hotline_services::emergency::HelpState {
        Dialling, Ringing, Talking, Ended, NotAnswered, NoLine, Test,
    }
}
words! {
    /// The state of a line.
    LineState is hotline_services::LineState { OutOfService, Idle, Ringing, InUse }
}
words! {
    /// The one effective state of an agent.
    AgentState is hotline_services::AgentState {
        SignedOut, NotReady, DeviceDown, Idle, Offering, Dialing, Talking, Holding, Consulting, Conferencing,
        Wrapup,
    }
}
words! {
    /// What an agent does in a call.
    Doing is hotline_services::Doing { Talking, Holding, Consulting, Conferencing }
}
words! {
    /// Whether a call is recorded; paused: it is, but for what is said now.
    Recorded is hotline_services::Recorded { No, Yes, Paused }
}
words! {
    /// Whom a supervisor in a call is heard by: nobody, the agent, everybody.
    SuperviseMode is hotline_services::SuperviseMode { Listen, Whisper, Barge }
}
words! {
    /// What a supervisor makes the state of an agent.
    ForcedState is hotline_services::ForcedState { SignedOut, NotReady, Ready }
}
words! {
    /// Where a call stands.
    CallStage is hotline_services::CallStage {
        Ringing, Menu, Waiting, Offering, Talking, Holding, Transferring, Parked, Voicemail, Ending,
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

words! {
    /// How an agent is chosen among those who are able.
    Strategy is hotline_services::Strategy {
        LongestIdle, MostRecentIdle, RoundRobin, LeastCalls, LeastTalk, LeastOccupied, Random,
        TopDown, RingAll, RingProgressive,
    }
}
words! {
    /// A state in which an agent does not count as being there for a queue.
    Absence is hotline_services::Absence { SignedOut, NotReady, DeviceDown, InCall, Wrapup }
}
words! {
    /// How far a caller is before others: as if 10, 20, 30 min longer, or before everybody.
    Vip is hotline_services::Vip { Level1, Level2, Level3, Absolute }
}
words! {
    /// What a call costs, cheapest first.
    CallClass is hotline_services::route::CallClass {
        Free, Local, Mobile, National, Service, International, Premium,
    }
}
words! {
    /// Who answers a number for emergencies.
    EmergencyService is hotline_services::emergency::Service {
        All, Police, Fire, Ambulance, Traffic,
    }
}
words! {
    /// What a feature code does.
    Feature is hotline_services::feature_code::Feature {
        NightOverride, Pickup, Park, Unpark, DoNotDisturbOn, DoNotDisturbOff, RecordPrompt, SignIn,
        SignOut, Ready, NotReady, ForwardOn, ForwardOff, Voicemail, Intercom, Listen,
        ToggleRecording, BlindTransfer, Consult, Conference, Swap, Cancel, SupervisorListens,
        SupervisorWhispers, SupervisorBarges,
    }
}
words! {
    /// Open or closed.
    Mode is hotline_services::schedule::Mode { Day, Night }
}
words! {
    /// A day of the week.
    Weekday is hotline_services::schedule::Weekday { Mon, Tue, Wed, Thu, Fri, Sat, Sun }
}
words! {
    /// Kept out, or let through whatever the blacklist says.
    NumberList is hotline_services::blacklist::List { Black, White }
}
words! {
    /// For calls in which direction an entry holds.
    Scope is hotline_services::blacklist::Scope { In, Out, Both }
}
words! {
    /// Whether an entry holds, or waits for a supervisor to agree.
    Standing is hotline_services::blacklist::Standing { InForce, Proposed }
}
words! {
    /// How far a permission reaches.
    Reach is hotline_services::permission::Reach { Oneself, OwnGroups, Everybody }
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
