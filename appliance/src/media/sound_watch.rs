//! Whether the tick still beats, and in time. Without it the pages go on and nobody hears anything.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::JoinHandle;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::tick::TickCounters;
use crate::run::{StartError, block_on, thread};
use crate::system::alarms::{AlarmCode, Alarms};

/// How often it is looked.
const LOOK: Duration = Duration::from_secs(1);
/// Looks in a row without one tick, before sound is taken for dead.
const MOST_STILL: u8 = 5;
/// More ticks of a look than these took longer than their millisecond: people hear it.
const MOST_OVERRUNS: u64 = 10;
/// Looks in time before the alarm comes down.
const CALM: u8 = 60;
/// For people.
const NOT_GRANTED: &str = "speech may break when the machine is busy: give the program CAP_SYS_NICE, \
     or set [media] realtime_priority = 0 if that is meant";

/// What a look found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    /// Nothing new.
    Well,
    /// So many ticks of this look took too long.
    Late(u64),
    /// A minute has passed in which all were in time.
    InTimeAgain,
    /// There was no tick for [`MOST_STILL`] looks.
    Dead,
}

/// The looks so far.
#[derive(Default)]
struct Looks {
    ticks: u64,
    overruns: u64,
    still: u8,
    calm: u8,
}

impl Looks {
    /// Takes both counters as they are now, once a [`LOOK`].
    fn sees(&mut self, ticks: u64, overruns: u64) -> Found {
        let late = overruns.saturating_sub(self.overruns);
        let is_still = ticks == self.ticks;
        (self.ticks, self.overruns) = (ticks, overruns);
        self.still = if is_still {
            self.still.saturating_add(1)
        } else {
            0
        };
        if self.still >= MOST_STILL {
            return Found::Dead;
        }
        if late > MOST_OVERRUNS {
            self.calm = CALM;
            return Found::Late(late);
        }
        let is_over = self.calm == 1;
        self.calm = self.calm.saturating_sub(1);
        if is_over {
            Found::InTimeAgain
        } else {
            Found::Well
        }
    }
}

/// Starts the thread. When the tick is dead it cancels `failed`: the program ends, and whoever
/// started it starts it anew.
///
/// # Errors
/// The system has no thread left.
pub fn start(
    counters: Arc<TickCounters>,
    alarms: Alarms,
    stop: CancellationToken,
    failed: CancellationToken,
) -> Result<JoinHandle<()>, StartError> {
    thread("sound watch", move || {
        let watched = watch(LOOK, &counters, &alarms, &failed);
        let ended = block_on(stop.run_until_cancelled(watched));
        if let Err(error) = ended {
            tracing::error!(%error, "nobody watches the sound");
        }
    })
}

/// Looks every so often, until the tick is dead.
async fn watch(
    every: Duration,
    counters: &TickCounters,
    alarms: &Alarms,
    failed: &CancellationToken,
) {
    let mut looks = Looks::default();
    loop {
        tokio::time::sleep(every).await;
        if counters.ordinary.load(Ordering::Relaxed) {
            alarms.raise(AlarmCode::NotRealTime, None, NOT_GRANTED);
        }
        let ticks = counters.ticks.load(Ordering::Relaxed);
        match looks.sees(ticks, counters.overruns.load(Ordering::Relaxed)) {
            Found::Well => {}
            Found::Late(late) => {
                let message = format!(
                    "{late} of 1000 ms of sound took longer than they last: \
                     speech may be broken; see what else runs on this machine"
                );
                alarms.raise(AlarmCode::TickOverrun, None, &message);
            }
            Found::InTimeAgain => alarms.clear(AlarmCode::TickOverrun, None),
            Found::Dead => {
                tracing::error!(ticks, "there is no sound any more: the program ends");
                failed.cancel();
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;

    #[tokio::test]
    async fn dead_sound_ends_the_program_and_a_refused_priority_hangs_as_an_alarm() {
        let (counters, alarms) = (TickCounters::default(), Alarms::new(Clock::start()));
        counters.ordinary.store(true, Ordering::Relaxed);
        counters.overruns.store(500, Ordering::Relaxed);
        let failed = CancellationToken::new();
        watch(Duration::from_millis(1), &counters, &alarms, &failed).await;
        assert!(failed.is_cancelled());
        let hanging: Vec<_> = alarms.current().iter().map(|alarm| alarm.code).collect();
        assert_eq!(hanging, [AlarmCode::NotRealTime, AlarmCode::TickOverrun]);
    }

    #[test]
    fn sound_is_dead_when_five_looks_in_a_row_find_no_tick() {
        let mut looks = Looks::default();
        assert_eq!(looks.sees(1000, 0), Found::Well);
        for _ in 0..4 {
            assert_eq!(looks.sees(1000, 0), Found::Well);
        }
        assert_eq!(looks.sees(1001, 0), Found::Well, "it was a pause");
        let found: Vec<_> = (0..5).map(|_| looks.sees(1001, 0)).collect();
        assert_eq!(found.last(), Some(&Found::Dead));
    }

    #[test]
    fn sound_that_is_late_is_told_until_a_minute_was_in_time() {
        let mut looks = Looks::default();
        assert_eq!(looks.sees(1000, 10), Found::Well, "a hiccup");
        assert_eq!(looks.sees(2000, 40), Found::Late(30));
        let found: Vec<_> = (0..60).map(|n| looks.sees(3000 + n, 40)).collect();
        assert_eq!(found.last(), Some(&Found::InTimeAgain));
        assert_eq!(found.iter().filter(|f| **f == Found::Well).count(), 59);
    }
}
