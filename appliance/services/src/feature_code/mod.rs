//! Codes that a phone dials, or that a party presses in a call, for what a screen has a button for:
//! `*28` day or night, `*8` pickup, `701` a parked call, `#1` a transfer. Which digits do what is
//! data; this room reads digits and tells what is asked, it does none of it.

mod clash;
mod parse;

use std::fmt;

use hotline_call::Number;
use serde::{Deserialize, Serialize};

pub use clash::Clash;
pub use parse::Progress;

use crate::AgentId;
use crate::schedule::Mode;

/// What a code does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Feature {
    /// Day or night by hand: nothing follows: the other of the two; 1: day; 2: night; 0: as planned.
    NightOverride,
    /// Takes a call that rings elsewhere: nothing follows: in the own queues; or an extension.
    Pickup,
    /// Parks the call on the next free place.
    Park,
    /// Takes a parked call back; the code is the number of the place.
    Unpark,
    /// Do not disturb, on.
    DoNotDisturbOn,
    /// Do not disturb, off.
    DoNotDisturbOff,
    /// Records an announcement; its number may follow.
    RecordPrompt,
    /// Hot desking: nothing follows: the phone's own agent; or the agent's number, `*`, the PIN and
    /// perhaps `#`.
    SignIn,
    /// Ends work at this phone.
    SignOut,
    /// Ready.
    Ready,
    /// Not ready; the number of a reason may follow.
    NotReady,
    /// Forwards all calls; the number follows.
    ForwardOn,
    /// Forwards calls no more.
    ForwardOff,
    /// Hears the mailbox.
    Voicemail,
    /// Speaks through the loudspeaker of a phone; its extension follows.
    Intercom,
    /// Listens to the call of an extension.
    Listen,

    /// In a call: starts the recording, or stops it.
    ToggleRecording,
    /// In a call: transfers it blindly.
    BlindTransfer,
    /// In a call: asks another person first.
    Consult,
    /// In a call: all three talk.
    Conference,
    /// In a call: goes to the other of two.
    Swap,
    /// In a call: goes back to the first.
    Cancel,

    /// While supervising: listens only.
    SupervisorListens,
    /// While supervising: the agent hears it too.
    SupervisorWhispers,
    /// While supervising: everybody hears it.
    SupervisorBarges,
}

/// When a code can be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum When {
    /// Dialled like a number.
    Dialled,
    /// Pressed in a call.
    InCall,
    /// Pressed while supervising.
    Supervising,
}

/// What may follow a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Argument {
    None,
    OptionalMode,
    OptionalExtension,
    Extension,
    /// Up to four digits.
    OptionalNumber,
    OptionalCredentials,
    Number,
}

impl Feature {
    /// When it can be asked for.
    #[must_use]
    pub const fn when(self) -> When {
        match self {
            Self::ToggleRecording
            | Self::BlindTransfer
            | Self::Consult
            | Self::Conference
            | Self::Swap
            | Self::Cancel => When::InCall,
            Self::SupervisorListens | Self::SupervisorWhispers | Self::SupervisorBarges => {
                When::Supervising
            }
            _ => When::Dialled,
        }
    }

    const fn argument(self) -> Argument {
        match self {
            Self::NightOverride => Argument::OptionalMode,
            Self::Pickup => Argument::OptionalExtension,
            Self::Intercom | Self::Listen => Argument::Extension,
            Self::RecordPrompt | Self::NotReady => Argument::OptionalNumber,
            Self::SignIn => Argument::OptionalCredentials,
            Self::ForwardOn => Argument::Number,
            _ => Argument::None,
        }
    }
}

/// One code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeatureCode {
    /// What it does.
    pub feature: Feature,
    /// What is dialled or pressed: 1 to 6 of `0-9 * #`.
    pub digits: String,
}

/// All codes, as configured. A feature without a code cannot be asked for by phone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FeatureCodes {
    /// The codes; at most 100.
    pub codes: Vec<FeatureCode>,
    /// The first and the last place for parked calls, as dialled; at most 100 places.
    pub parking: (u32, u32),
}

impl Default for FeatureCodes {
    fn default() -> Self {
        let code = |(feature, digits): (Feature, &str)| FeatureCode {
            feature,
            digits: digits.to_owned(),
        };
        let codes = [
            (Feature::NightOverride, "*28"),
            (Feature::Pickup, "*8"),
            (Feature::Park, "700"),
            (Feature::DoNotDisturbOn, "*78"),
            (Feature::DoNotDisturbOff, "*79"),
            (Feature::RecordPrompt, "*77"),
            (Feature::SignIn, "*40"),
            (Feature::SignOut, "*41"),
            (Feature::Ready, "*42"),
            (Feature::NotReady, "*43"),
            (Feature::ForwardOn, "*72"),
            (Feature::ForwardOff, "*73"),
            (Feature::Voicemail, "*97"),
            (Feature::Intercom, "*80"),
            (Feature::Listen, "*90"),
            (Feature::ToggleRecording, "*3"),
            (Feature::BlindTransfer, "#1"),
            (Feature::Consult, "#2"),
            (Feature::Conference, "#3"),
            (Feature::Swap, "#4"),
            (Feature::Cancel, "#0"),
            (Feature::SupervisorListens, "4"),
            (Feature::SupervisorWhispers, "5"),
            (Feature::SupervisorBarges, "6"),
        ];
        Self {
            codes: codes.into_iter().map(code).collect(),
            parking: (701, 720),
        }
    }
}

/// What a phone asks for with a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FeatureRequest {
    /// Day or night by hand.
    NightOverride(ModeAsked),
    /// Takes a call that rings: at this extension, or in the own queues.
    Pickup(Option<String>),
    /// Takes the call parked on this place.
    Unpark(u32),
    /// Records an announcement, perhaps that of a number.
    RecordPrompt(Option<u32>),
    /// Signs in: an agent with a PIN, or the phone's own agent.
    SignIn(Option<(AgentId, Pin)>),
    /// Not ready, perhaps for a reason of this number.
    NotReady(Option<u32>),
    /// Forwards all calls to a number.
    ForwardOn(Number),
    /// Speaks through the loudspeaker of an extension.
    Intercom(String),
    /// Listens to the call of an extension.
    Listen(String),
    /// What needs no more than its name.
    Plain(Feature),
}

impl FeatureRequest {
    /// What is asked for.
    #[must_use]
    pub const fn feature(&self) -> Feature {
        match self {
            Self::NightOverride(_) => Feature::NightOverride,
            Self::Pickup(_) => Feature::Pickup,
            Self::Unpark(_) => Feature::Unpark,
            Self::RecordPrompt(_) => Feature::RecordPrompt,
            Self::SignIn(_) => Feature::SignIn,
            Self::NotReady(_) => Feature::NotReady,
            Self::ForwardOn(_) => Feature::ForwardOn,
            Self::Intercom(_) => Feature::Intercom,
            Self::Listen(_) => Feature::Listen,
            Self::Plain(feature) => *feature,
        }
    }
}

/// What `*28` asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModeAsked {
    /// The other of the two.
    Other,
    /// This one.
    Set(Mode),
    /// As planned.
    Planned,
}

/// A PIN that was dialled. Never shown, never part of a fact.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Pin(String);

impl Pin {
    /// The digits, for whoever compares them.
    #[must_use]
    pub fn digits(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin(…)")
    }
}
