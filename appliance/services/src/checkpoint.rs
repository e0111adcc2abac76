//! The state at one fact, kept so that a start need not fold all facts ever (house decision 2).

use serde::{Deserialize, Serialize};

use crate::centre::CallCentre;
use crate::state::State;

/// What a centre knew after one fact. It is written by this program and read by the very same
/// program alone: whoever keeps it keeps with it which program that was, and has every other fold
/// the facts instead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Checkpoint(State);

impl Checkpoint {
    /// The number of the last fact in it; 0: none.
    #[must_use]
    pub const fn seq(&self) -> u64 {
        self.0.seq
    }
}

impl From<&CallCentre> for Checkpoint {
    fn from(centre: &CallCentre) -> Self {
        Self(centre.state().clone())
    }
}

impl From<Checkpoint> for CallCentre {
    /// The centre that the facts up to there lead to; [`CallCentre::replay`] those that followed.
    /// What is derived from the rest is no part of a checkpoint, and is derived anew.
    fn from(Checkpoint(mut state): Checkpoint) -> Self {
        state.derive_anew();
        Self::of(state)
    }
}
