//! Recordings to files: one thread, two-channel WAV (customer left, agent right), 8 kHz, 16 bit.
//!
//! The header is written by hand and brought up to date twice a second, so that a file whose
//! program died in mid-call plays to its last half second; after a power cut it plays to the last
//! 2 s. `repair` mends the header afterwards.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};
use std::time::{Duration, Instant};

use heapless::spsc::Consumer;
use hotline_call::{CallId, Moment};
use hotline_dsp::engine::{Clip, RecordedBlock};
use hotline_services::RecordingId;

const HEADER: u64 = 44;
/// Octets of one sample of both channels.
const FRAME_OCTETS: u64 = 4;
const RATE_HZ: u32 = 8000;
/// How often what was heard is given to the system and the header says so: a program that dies
/// loses no more.
const FLUSH: Duration = Duration::from_millis(500);
/// How often the system is made to write it to the disk, which it would do after half a minute: a
/// power cut may cost 2 s, so this leaves a slow disk a second for it.
const SYNC: Duration = Duration::from_secs(1);
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
    /// The file is whole.
    Finished {
        /// Which.
        recording: RecordingId,
        /// Its length.
        duration_ms: u64,
        /// Its size.
        bytes: u64,
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

/// The file of a recording, below the directory of recordings: a thousand to a folder.
#[must_use]
pub fn file_of(recording: RecordingId) -> PathBuf {
    PathBuf::from(format!("{:06}", recording.0 / 1000)).join(format!("{}.wav", recording.0))
}

/// Mends the header of a file whose writer died. Returns its length in ms and its size.
///
/// # Errors
/// The file cannot be read or written.
pub fn repair(path: &Path) -> io::Result<(u64, u64)> {
    let mut file = OpenOptions::new().read(true).write(true).open(path)?;
    let size = file.metadata()?.len();
    let data = size.saturating_sub(HEADER) / FRAME_OCTETS * FRAME_OCTETS;
    file.set_len(HEADER + data)?;
    write_header(&mut file, data)?;
    file.sync_all()?;
    Ok((data_ms(data), HEADER + data))
}

const fn data_ms(octets: u64) -> u64 {
    octets / FRAME_OCTETS * 1000 / RATE_HZ as u64
}

/// RIFF/WAVE, one `fmt ` and one `data` chunk (Microsoft/IBM 1991), for so many octets of two
/// channels of 8 kHz and 16 bits.
#[must_use]
pub fn header(data: u64) -> [u8; HEADER as usize] {
    let data = u32::try_from(data).unwrap_or(u32::MAX - 36);
    let mut header = [0_u8; HEADER as usize];
    header[0..4].copy_from_slice(b"RIFF");
    header[4..8].copy_from_slice(&data.saturating_add(36).to_le_bytes());
    header[8..16].copy_from_slice(b"WAVEfmt ");
    header[16..20].copy_from_slice(&16_u32.to_le_bytes());
    header[20..22].copy_from_slice(&1_u16.to_le_bytes());
    header[22..24].copy_from_slice(&2_u16.to_le_bytes());
    header[24..28].copy_from_slice(&RATE_HZ.to_le_bytes());
    header[28..32].copy_from_slice(&(RATE_HZ * FRAME_OCTETS as u32).to_le_bytes());
    header[32..34].copy_from_slice(&(FRAME_OCTETS as u16).to_le_bytes());
    header[34..36].copy_from_slice(&16_u16.to_le_bytes());
    header[36..40].copy_from_slice(b"data");
    header[40..44].copy_from_slice(&data.to_le_bytes());
    header
}

/// Writes at the start and leaves the position after the header.
fn write_header(file: &mut File, data: u64) -> io::Result<()> {
    file.seek(SeekFrom::Start(0))?;
    file.write_all(&header(data))
}

struct OpenFile {
    file: File,
    /// Octets after the header that are in the file.
    written: u64,
    /// Octets not yet given to the system.
    waiting: Vec<u8>,
    flushed: Instant,
    synced: Instant,
}

impl OpenFile {
    fn create(path: &Path) -> io::Result<Self> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .open(path)?;
        write_header(&mut file, 0)?;
        // The name of the file, and that of its folder, which may be new.
        for folder in path.ancestors().skip(1).take(2) {
            File::open(folder)?.sync_all()?;
        }
        Ok(Self {
            file,
            written: 0,
            waiting: Vec::with_capacity(64 * 1024),
            flushed: Instant::now(),
            synced: Instant::now(),
        })
    }

    fn add(&mut self, block: &RecordedBlock) {
        let valid = usize::from(block.len);
        for (a, b) in block.a.iter().zip(&block.b).take(valid) {
            self.waiting.extend_from_slice(&a.to_le_bytes());
            self.waiting.extend_from_slice(&b.to_le_bytes());
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.flushed = Instant::now();
        if self.waiting.is_empty() {
            return Ok(());
        }
        self.file.seek(SeekFrom::Start(HEADER + self.written))?;
        self.file.write_all(&self.waiting)?;
        self.written += self.waiting.len() as u64;
        self.waiting.clear();
        write_header(&mut self.file, self.written)?;
        if self.flushed - self.synced >= SYNC {
            self.synced = self.flushed;
            self.file.sync_data()?;
        }
        Ok(())
    }
}

struct RecorderThread {
    directory: PathBuf,
    blocks: Consumer<'static, RecordedBlock>,
    retired: Consumer<'static, Clip>,
    orders: Receiver<Order>,
    open: BTreeMap<u64, OpenFile>,
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
                if let Some(open) = self.open.get_mut(&block.recording) {
                    open.add(&block);
                }
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
        match OpenFile::create(&self.directory.join(&file)) {
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
        let due: Vec<u64> = self
            .open
            .iter()
            .filter(|(_, o)| o.flushed.elapsed() >= FLUSH)
            .map(|(r, _)| *r)
            .collect();
        for recording in due {
            let Some(open) = self.open.get_mut(&recording) else {
                continue;
            };
            if let Err(error) = open.flush() {
                let held = open.written;
                self.open.remove(&recording);
                self.fail(RecordingId(recording), held, &error);
            }
        }
    }

    fn finish(&mut self, recording: RecordingId) {
        let Some(mut open) = self.open.remove(&recording.0) else {
            return;
        };
        match open.flush().and_then(|()| open.file.sync_data()) {
            Ok(()) => (self.tell)(RecordingEvent::Finished {
                recording,
                duration_ms: data_ms(open.written),
                bytes: HEADER + open.written,
            }),
            Err(error) => self.fail(recording, open.written, &error),
        }
    }

    fn fail(&mut self, recording: RecordingId, held: u64, error: &io::Error) {
        tracing::error!(recording = recording.0, %error, "the recording cannot be written");
        let reason = error.to_string();
        (self.tell)(RecordingEvent::Failed {
            recording,
            duration_ms: data_ms(held),
            reason,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hotline_dsp::engine::FRAME;

    fn block(value: i16) -> RecordedBlock {
        RecordedBlock {
            recording: 7,
            len: FRAME as u16,
            a: [value; FRAME],
            b: [-value; FRAME],
        }
    }

    #[test]
    fn a_file_whose_writer_died_plays_and_is_mended() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join(file_of(RecordingId(7)));
        let mut open = OpenFile::create(&path).unwrap();
        open.add(&block(100));
        open.flush().unwrap();
        open.add(&block(200));
        open.file.seek(SeekFrom::End(0)).unwrap();
        // Half a block reaches the disk, then the program is killed.
        let half: Vec<u8> = open.waiting[..322].to_vec();
        open.file.write_all(&half).unwrap();
        drop(open);
        let frames = |path: &Path| hound::WavReader::open(path).unwrap().duration();
        assert_eq!(frames(&path), FRAME as u32, "playable as it was left");
        let (duration_ms, bytes) = repair(&path).unwrap();
        assert_eq!((duration_ms, bytes), (30, 44 + 640 + 320));
        assert_eq!(frames(&path), 240);
    }

    #[test]
    fn both_parties_are_on_their_own_channel() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("x.wav");
        let mut open = OpenFile::create(&path).unwrap();
        open.add(&block(1234));
        open.flush().unwrap();
        let mut reader = hound::WavReader::open(&path).unwrap();
        let samples: Vec<i16> = reader.samples().map(Result::unwrap).collect();
        assert_eq!(samples.len(), 320);
        assert!(samples.chunks(2).all(|pair| pair == [1234, -1234]));
    }
}
