//! Recordings to files: one thread.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};
use std::time::Duration;

use heapless::spsc::Consumer;
use hotline_call::{CallId, Moment};
use hotline_dsp::engine::{Clip, RecordedBlock};
use hotline_services::RecordingId;

use super::recording_file::{RecordingFile, file_of};

/// How often the rings are emptied; they hold 20 s of one recording.
const PERIOD: Duration = Duration::from_millis(10);

/// What becomes of recordings, told to the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecordingEvent {
    /// The file exists.
    Started {
        /// Which.
        recording: RecordingId,
        /// Its call.
        call: CallId,
        /// Its file, below the directory of recordings.
        file: PathBuf,
        /// When.
        at: Moment,
    },
    /// The file is whole, but for a third voice that is to be joined to it.
    Finished {
        /// Which.
        recording: RecordingId,
        /// Its length.
        duration_ms: u64,
    },
    /// The file could not be written on; what it holds is kept.
    Failed {
        /// Which.
        recording: RecordingId,
        /// What it holds.
        duration_ms: u64,
        /// Why.
        reason: String,
    },
}

enum Order {
    Start {
        recording: RecordingId,
        call: CallId,
        at: Moment,
    },
    Finish {
        recording: RecordingId,
    },
}

/// The way to the recorder for call control.
#[derive(Clone)]
pub struct Recorder {
    orders: SyncSender<Order>,
}

impl Recorder {
    /// Starts the thread. `tell` is called on it.
    ///
    /// # Errors
    /// The directory cannot be made, or there is no thread left.
    pub fn start(
        directory: &Path,
        blocks: Consumer<'static, RecordedBlock>,
        retired: Consumer<'static, Clip>,
        tell: impl FnMut(RecordingEvent) + Send + 'static,
    ) -> io::Result<(Self, std::thread::JoinHandle<()>)> {
        std::fs::create_dir_all(directory)?;
        let (orders, taken) = sync_channel(1024);
        let mut thread = RecorderThread {
            directory: directory.into(),
            blocks,
            retired,
            orders: taken,
            open: BTreeMap::new(),
            finishing: Vec::new(),
            tell: Box::new(tell),
        };
        let handle = std::thread::Builder::new()
            .name("recorder".into())
            .spawn(move || thread.run())?;
        Ok((Self { orders }, handle))
    }

    /// Opens a file. To be called before the engine is told to record. `false`: the recorder is
    /// stopped or far behind.
    pub fn begin(&self, recording: RecordingId, call: CallId, at: Moment) -> bool {
        self.orders
            .try_send(Order::Start {
                recording,
                call,
                at,
            })
            .is_ok()
    }

    /// Closes the file, once the engine has told that the recording has ended.
    pub fn finish(&self, recording: RecordingId) -> bool {
        self.orders.try_send(Order::Finish { recording }).is_ok()
    }
}

struct RecorderThread {
    directory: PathBuf,
    blocks: Consumer<'static, RecordedBlock>,
    retired: Consumer<'static, Clip>,
    orders: Receiver<Order>,
    open: BTreeMap<u64, RecordingFile>,
    finishing: Vec<RecordingId>,
    tell: Box<dyn FnMut(RecordingEvent) + Send>,
}

impl RecorderThread {
    fn run(&mut self) {
        loop {
            let running = self.take_orders();
            // Clips the engine is done with are freed here, off the tick.
            while self.retired.dequeue().is_some() {}
            while let Some(block) = self.blocks.dequeue() {
                self.with(RecordingId(block.recording), |open| open.add(&block));
            }
            self.flush_due();
            for recording in std::mem::take(&mut self.finishing) {
                self.finish(recording);
            }
            if !running {
                let left: Vec<u64> = self.open.keys().copied().collect();
                left.into_iter()
                    .for_each(|recording| self.finish(RecordingId(recording)));
                return;
            }
            std::thread::sleep(PERIOD);
        }
    }

    /// Takes what call control wants; `false` once it is gone.
    fn take_orders(&mut self) -> bool {
        loop {
            match self.orders.try_recv() {
                Ok(Order::Start {
                    recording,
                    call,
                    at,
                }) => self.begin(recording, call, at),
                // Closed after the blocks that are still in the ring: see `run`.
                Ok(Order::Finish { recording }) => self.finishing.push(recording),
                Err(TryRecvError::Empty) => return true,
                Err(TryRecvError::Disconnected) => return false,
            }
        }
    }

    fn begin(&mut self, recording: RecordingId, call: CallId, at: Moment) {
        let file = file_of(recording);
        match RecordingFile::create(&self.directory.join(&file)) {
            Ok(open) => {
                self.open.insert(recording.0, open);
                (self.tell)(RecordingEvent::Started {
                    recording,
                    call,
                    file,
                    at,
                });
            }
            Err(error) => self.fail(recording, 0, &error),
        }
    }

    fn flush_due(&mut self) {
        let due = self.open.iter().filter(|(_, open)| open.is_due());
        let due: Vec<u64> = due.map(|(recording, _)| *recording).collect();
        for recording in due {
            self.with(RecordingId(recording), RecordingFile::flush);
        }
    }

    /// Does something with an open file; when that fails, the recording is over.
    fn with(
        &mut self,
        recording: RecordingId,
        work: impl FnOnce(&mut RecordingFile) -> io::Result<()>,
    ) {
        let Some(open) = self.open.get_mut(&recording.0) else {
            return;
        };
        if let Err(error) = work(open) {
            let held_ms = open.duration_ms();
            self.open.remove(&recording.0);
            self.fail(recording, held_ms, &error);
        }
    }

    fn finish(&mut self, recording: RecordingId) {
        self.with(recording, RecordingFile::close);
        if let Some(open) = self.open.remove(&recording.0) {
            let duration_ms = open.duration_ms();
            (self.tell)(RecordingEvent::Finished {
                recording,
                duration_ms,
            });
        }
    }

    fn fail(&mut self, recording: RecordingId, duration_ms: u64, error: &io::Error) {
        tracing::error!(recording = recording.0, %error, "the recording cannot be written");
        let reason = error.to_string();
        (self.tell)(RecordingEvent::Failed {
            recording,
            duration_ms,
            reason,
        });
    }
}
