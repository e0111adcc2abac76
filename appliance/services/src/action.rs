use hotline_call::{CallId, Command, LegId};
use serde::{Deserialize, Serialize};

use crate::feature_code::Pin;
use crate::{AgentId, Fact, Say, Spoken};

/// One playback asked for. Never reused within a life of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PlaybackId(pub u64);

/// One recording. Never reused, not even after a restart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RecordingId(pub u64);

/// What is to be done about an event, in order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// For a door, or (who hears whom) for the engine.
    Door(Command),
    /// Let this leg hear these, one after the other; replaces what it heard before.
    Play {
        /// Who hears.
        leg: LegId,
        /// To be named in `Event::PlaybackEnded`.
        playback: PlaybackId,
        /// What.
        say: Vec<Say>,
        /// From the start again, until stopped.
        repeat: bool,
        /// Beside whom the leg hears, instead of in their place.
        #[serde(default)]
        over: bool,
    },
    /// Let this leg hear nothing more.
    StopPlayback {
        /// Who.
        leg: LegId,
    },
    /// Record both parties, each on its own channel.
    StartRecording {
        /// Its name.
        recording: RecordingId,
        /// The call it belongs to.
        call: CallId,
        /// Left channel.
        customer: LegId,
        /// Right channel; `None`: silence.
        agent: Option<LegId>,
    },
    /// The parties have changed: from now on these are recorded, each on its own channel as far as
    /// there are channels.
    RetargetRecording {
        /// Which.
        recording: RecordingId,
        /// Right channel; `None`: silence.
        agent: Option<LegId>,
        /// A third channel; `None`: silence.
        supervisor: Option<LegId>,
        /// All others, who share the third channel; at most three.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        also: Vec<LegId>,
    },
    /// Record nothing for a while: silence of true length in the file.
    PauseRecording {
        /// Which.
        recording: RecordingId,
    },
    /// Go on recording.
    ResumeRecording {
        /// Which.
        recording: RecordingId,
    },
    /// Find out whether this is the agent's PIN, and tell as `Event::PinChecked`.
    CheckPin {
        /// The leg of the phone that waits for it.
        leg: LegId,
        /// Whose.
        agent: AgentId,
        /// What was dialled; it goes nowhere else.
        #[serde(skip)]
        pin: Pin,
    },
    /// Let callers hear from now on what was recorded.
    KeepSound {
        /// What it is.
        spoken: Spoken,
        /// Its sound.
        recording: RecordingId,
    },
    /// Stop and close the file.
    StopRecording {
        /// Which.
        recording: RecordingId,
    },
}

/// What came of one event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// What happened, in order, to be stored.
    pub facts: Vec<Fact>,
    /// What is to be done, in order.
    pub actions: Vec<Action>,
}
