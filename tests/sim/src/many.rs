//! Many days of neighbouring seeds, on all cores.

use std::ops::AddAssign;
use std::sync::Mutex;
use std::sync::PoisonError;

use crate::{Days, Lived, Story, run};

/// Offices of these sizes take turns: faults hide as well where one agent is everything as where
/// many compete.
const SEATS: [u32; 8] = [50, 3, 8, 1, 20, 5, 30, 12];

/// The sum over many days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// Days lived.
    pub days: u64,
    /// Calls that ended.
    pub calls: u64,
    /// Events the core took.
    pub events: u64,
    /// Facts it told.
    pub facts: u64,
}

impl AddAssign<Lived> for Sum {
    fn add_assign(&mut self, lived: Lived) {
        self.days += 1;
        self.calls += lived.calls;
        self.events += lived.events;
        self.facts += lived.facts;
    }
}

/// The days of one seed that failed.
#[derive(Clone, Debug)]
pub struct Failed {
    /// What to live again.
    pub days: Days,
    /// How it fails, not yet made shorter.
    pub story: Box<Story>,
}

/// Lives one day after the other, from seed `first` on, until so many calls have been; the other
/// two are those of [`Days`]. `told` is asked after each day what the sum is.
///
/// # Errors
/// The first day that fails.
pub fn many(
    first: u64,
    calls: u64,
    every: u64,
    is_alone: bool,
    told: impl Fn(Sum) + Sync,
) -> Result<Sum, Box<Failed>> {
    let state = Mutex::new((first, Sum::default(), None::<Box<Failed>>));
    let lock = || state.lock().unwrap_or_else(PoisonError::into_inner);
    let take = || {
        let mut state = lock();
        let is_done = state.1.calls >= calls || state.2.is_some();
        let seed = (!is_done).then_some(state.0);
        state.0 += 1;
        seed
    };
    let live = || {
        while let Some(seed) = take() {
            let days = nth(seed, every, is_alone);
            let lived = run(days);
            let mut state = lock();
            match lived {
                Ok(lived) => state.1 += lived,
                Err(story) => state.2 = state.2.take().or(Some(Box::new(Failed { days, story }))),
            }
            told(state.1);
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(live);
        }
    });
    let (_, sum, failed) = state.into_inner().unwrap_or_else(PoisonError::into_inner);
    failed.map_or(Ok(sum), Err)
}

/// The day of this seed among many.
fn nth(seed: u64, every: u64, is_alone: bool) -> Days {
    let place = usize::try_from(seed % SEATS.len() as u64).unwrap_or(0);
    Days {
        seed,
        days: 1,
        seats: SEATS[place],
        every,
        is_alone,
    }
}
