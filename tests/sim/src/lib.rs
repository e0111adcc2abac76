//! Random days of a call centre on a virtual clock: callers, agents, administrators, faults and
//! doors that misbehave, all drawn from a seed, with everything checked after every event.
//!
//! [`run`] lives the days of a seed and tells what became of the callers. When an invariant does
//! not hold, the day is told again with fewer and fewer steps, and what is left is a [`Story`].

mod annex;
mod check;
pub mod corpus;
mod doors;
mod habits;
mod house;
pub mod load;
mod many;
pub mod mutants;
mod office;
mod random;
pub mod score;
mod step;
mod story;
mod town;

use hotline_services::Tally;

use check::Depth;
pub use many::{Failed, Sum, many};
pub use story::Story;
use town::{Setting, Temper, Town};

/// What to simulate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days {
    /// Everything is drawn from it.
    pub seed: u64,
    /// How many days; 1 or more.
    pub days: u32,
    /// How many agents; 1 to 1000.
    pub seats: u32,
    /// After how many events people's view and the fold of the facts are compared with the core;
    /// 1 is after each. All else is checked after each event anyhow.
    pub every: u64,
    /// Agents keep to themselves: no transfers, conferences, supervision, and nothing that happens
    /// on some days only. Such days make shorter stories.
    pub is_alone: bool,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lived {
    /// Calls that ended.
    pub calls: u64,
    /// Events the core took.
    pub events: u64,
    /// Facts it told.
    pub facts: u64,
    /// A number made of all facts as they are stored, byte for byte.
    pub hash: u64,
    /// Callers who found no free line.
    pub turned_away: u64,
    /// What became of those who entered a queue.
    pub tally: Tally,
}

/// Lives these days.
///
/// # Errors
/// The story of an invariant that does not hold, not yet made shorter.
pub fn run(days: Days) -> Result<Lived, Box<Story>> {
    let Days {
        seed,
        days,
        seats,
        every,
        is_alone,
    } = days;
    let setting = Setting {
        seed,
        days,
        seats,
        depth: Depth::Every(every),
        temper: Temper::Rough { is_alone },
    };
    let mut town = match Town::new(setting, setting.office(), None) {
        Ok(town) => town,
        Err(broken) => return Err(Box::new(Story::new(Vec::new(), 0, broken))),
    };
    match town.live() {
        Ok(()) => {
            let checks = town.house.checks();
            Ok(Lived {
                calls: checks.calls(),
                events: checks.events(),
                facts: checks.facts(),
                hash: checks.hash(),
                turned_away: town.turned_away,
                tally: checks.tally(),
            })
        }
        Err(broken) => {
            let end_ms = town.house.now_ms();
            Err(Box::new(Story::new(town.steps, end_ms, broken)))
        }
    }
}
