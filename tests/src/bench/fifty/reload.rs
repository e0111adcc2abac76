//! The administrator sets something every second while people talk (features: no deadlock of
//! configuration and calls).

use std::time::{Duration, Instant};

use hotline::store::Author;

use crate::office::Office;

/// How often.
const EACH: Duration = Duration::from_secs(1);

/// Sets something every second, as the API does, and notes how long that took.
pub struct Reload<'a> {
    office: &'a Office,
    next: Instant,
    /// How often it was set.
    pub times: u64,
    /// The longest it took until it was in force.
    pub longest: Duration,
}

impl<'a> Reload<'a> {
    pub fn new(office: &'a Office) -> Self {
        Self {
            office,
            next: Instant::now() + EACH,
            times: 0,
            longest: Duration::ZERO,
        }
    }

    /// Sets it when it is time.
    ///
    /// # Errors
    /// It could not be set.
    pub fn look(&mut self) -> Result<(), String> {
        if Instant::now() < self.next {
            return Ok(());
        }
        self.next += EACH;
        let began = Instant::now();
        self.office.wait_for(set(self.office, self.times))?;
        self.longest = self.longest.max(began.elapsed());
        self.times += 1;
        Ok(())
    }
}

/// Another longest wait, and another name of each queue: what the centre, the pages and the phones
/// are told of.
async fn set(office: &Office, times: u64) -> Result<(), String> {
    let store = &office.running.store;
    let mut configuration = store.configuration().borrow().as_ref().clone();
    for queue in &mut configuration.queues {
        queue.max_wait_s = 600 + (times % 2) as u32;
        queue.name = format!("queue {} {}", queue.id.0, times % 2);
    }
    let author = Author::default();
    let saved = store
        .save_configuration(configuration.clone(), author)
        .await;
    saved.map_err(|error| error.to_string())?;
    let told = office.running.control.configure(configuration).await;
    told.map_err(|error| error.to_string())
}
