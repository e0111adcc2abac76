//! Lines are measured while somebody looks at them, and no longer.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use heapless::spsc::Consumer;
use hotline_call::LineId;
use hotline_dsp::engine::{Channel, Command, LineMeasured};

use super::rings::EngineHandle;

/// Nobody looks any more who has not asked for so long.
const FORGOTTEN: Duration = Duration::from_secs(10);
/// A measurement takes a second; what has not come by then does not come.
const PATIENCE: Duration = Duration::from_secs(3);
/// The pace of looks into the ring.
const LOOK: Duration = Duration::from_millis(50);

/// Measures lines of the engine for whoever asks. Cheap to clone.
#[derive(Clone)]
pub struct LineWatch(Arc<Mutex<Watch>>);

struct Watch {
    engine: EngineHandle,
    ring: Consumer<'static, LineMeasured>,
    latest: BTreeMap<LineId, (Instant, Arc<LineMeasured>)>,
    /// When a line was asked for last.
    asked: BTreeMap<LineId, Instant>,
}

impl LineWatch {
    /// Over the engine's ring of measurements.
    #[must_use]
    pub fn new(engine: EngineHandle, ring: Consumer<'static, LineMeasured>) -> Self {
        Self(Arc::new(Mutex::new(Watch {
            engine,
            ring,
            latest: BTreeMap::new(),
            asked: BTreeMap::new(),
        })))
    }

    fn watch(&self) -> MutexGuard<'_, Watch> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next second of a line that ends after this; `None` when the tick does not measure it,
    /// for the card is gone or there is no such line. Must be called within a runtime.
    pub async fn measure(&self, line: LineId) -> Option<Arc<LineMeasured>> {
        let asked = Instant::now();
        if self.watch().begin(line, asked) {
            tokio::spawn(self.clone().look_after());
        }
        while asked.elapsed() < PATIENCE {
            tokio::time::sleep(LOOK).await;
            let mut watch = self.watch();
            watch.look();
            let newest = watch.latest.get(&line).filter(|(at, _)| *at > asked);
            if let Some((_, measured)) = newest {
                return Some(Arc::clone(measured));
            }
        }
        None
    }

    /// Stops what nobody asks for any more, until nothing is measured.
    async fn look_after(self) {
        loop {
            tokio::time::sleep(FORGOTTEN / 10).await;
            if self.watch().stop_forgotten(Instant::now()) {
                return;
            }
        }
    }
}

impl Watch {
    /// Whether this is the first line that is measured.
    fn begin(&mut self, line: LineId, now: Instant) -> bool {
        let is_first = self.asked.is_empty();
        if self.asked.insert(line, now).is_none() {
            self.measure(line, true);
        }
        is_first
    }

    fn measure(&self, line: LineId, on: bool) {
        let channel = Channel(line.0);
        self.engine.send(Command::MeasureLine { channel, on });
    }

    /// Bounded by the ring.
    fn look(&mut self) {
        for _ in 0..self.ring.len() {
            if let Some(measured) = self.ring.dequeue() {
                let line = LineId(measured.channel.0);
                let seen = (Instant::now(), Arc::new(measured));
                self.latest.insert(line, seen);
            }
        }
    }

    /// Whether nothing is measured any more.
    fn stop_forgotten(&mut self, now: Instant) -> bool {
        self.look();
        let is_forgotten = |at: &Instant| now.duration_since(*at) > FORGOTTEN;
        let gone = self.asked.extract_if(.., |_, at| is_forgotten(at));
        for (line, _) in gone.collect::<Vec<_>>() {
            self.latest.remove(&line);
            self.measure(line, false);
        }
        self.asked.is_empty()
    }
}
