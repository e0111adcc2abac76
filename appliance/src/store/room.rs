//! Whether there is room for new calls, and the reserve for the facts of those in progress.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use hotline_services::StorageState;
use tokio::sync::watch;

use crate::system::alarms::{AlarmCode, Alarms};
use crate::system::disk::{Reserve, free_octets};

use super::StoreOptions;

pub(super) struct Room {
    dir: PathBuf,
    reserve: Reserve,
    low_octets: u64,
    look: Duration,
    looked: Option<Instant>,
    state: watch::Sender<StorageState>,
    alarms: Alarms,
}

impl Room {
    pub fn new(options: &StoreOptions, state: watch::Sender<StorageState>, alarms: Alarms) -> Self {
        let reserve = Reserve::new(options.dir.join("facts.reserve"), options.reserve_octets);
        let (dir, low_octets, look) = (options.dir.clone(), options.low_octets, options.look);
        Self {
            dir,
            reserve,
            low_octets,
            look,
            looked: None,
            state,
            alarms,
        }
    }

    /// Looks at the disk when it is time to.
    pub fn look(&mut self) {
        if self
            .looked
            .is_some_and(|looked| looked.elapsed() < self.look)
        {
            return;
        }
        self.looked = Some(Instant::now());
        let free = match free_octets(&self.dir) {
            Ok(free) => free,
            Err(error) => {
                tracing::warn!(%error, "the free room of the disk cannot be read");
                return;
            }
        };
        let kept = self.reserve.is_kept();
        // Back to normal only with a quarter more, so that the state does not flutter.
        let enough = match *self.state.borrow() {
            StorageState::Normal => self.low_octets,
            StorageState::ReserveReached => self.low_octets + self.low_octets / 4,
        };
        let needed = if kept {
            enough
        } else {
            enough + self.reserve.octets()
        };
        if free < needed || (!kept && self.make_reserve().is_err()) {
            self.is_low(&format!(
                "{} MB free, {} MB needed",
                free / 1_000_000,
                needed / 1_000_000
            ));
        } else {
            self.is_enough();
        }
    }

    /// A write found no room: gives up the reserve. False when there was none left to give.
    pub fn is_full(&mut self) -> bool {
        let had = self.reserve.is_kept();
        self.reserve.give_up();
        self.is_low("a write found no room");
        // The next look must not undo this before the freed room is used.
        self.looked = Some(Instant::now());
        had
    }

    fn make_reserve(&self) -> std::io::Result<()> {
        self.reserve.keep().inspect_err(|error| {
            tracing::warn!(%error, "the reserve for facts cannot be made");
        })
    }

    fn is_low(&self, why: &str) {
        let message = format!(
            "the disk is full ({why}): new calls are refused, calls in progress go on; \
             remove recordings or other files"
        );
        self.alarms.raise(AlarmCode::StorageFull, None, &message);
        self.tell(StorageState::ReserveReached);
    }

    fn is_enough(&self) {
        self.alarms.clear(AlarmCode::StorageFull, None);
        self.tell(StorageState::Normal);
    }

    fn tell(&self, state: StorageState) {
        self.state
            .send_if_modified(|now| std::mem::replace(now, state) != state);
    }
}
