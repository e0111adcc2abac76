//! A fact with its number and its time.

use hotline_call::Moment;
use serde::{Deserialize, Serialize};

use super::What;

/// Something that happened. Append-only; the call record, the statistics, the timeline and the
/// state itself are all derived from facts. Stored as JSON; a reader skips kinds it does not know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// 1, 2, 3 … without gaps over all lives of the program.
    pub seq: u64,
    /// Which life of the program; `Moment::mono_ms` compares only within one.
    pub boot: u64,
    /// When.
    pub at: Moment,
    /// What.
    #[serde(flatten)]
    pub what: What,
}
