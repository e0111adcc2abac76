//! Sounds that are not at hand: what was recorded is read from the disk away from call control, and
//! what somebody has spoken at a phone takes its place among the sentences.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use hotline_call::LegId;
use hotline_dsp::engine::Clip;
use hotline_services::{RecordingId, Say, Spoken};
use tokio::sync::mpsc;

use super::task::Task;
use crate::media::opus_file::OpusReader;
use crate::media::prompts::Prompts;
use crate::store::{RecordingState, Store};

/// How often, and how long, it is looked whether a recording that has just ended is whole.
const LOOK: Duration = Duration::from_millis(50);
const LOOKS: u32 = 40;
/// What is cut off the end of what somebody spoke: the key that ended it.
const KEY_SAMPLES: usize = 2_000;
/// Sounds being read at once: more are asked for by nobody.
pub(super) const LOADING: usize = 64;

/// A playback whose sounds have been read.
pub(super) struct Loaded {
    leg: LegId,
    playback: u64,
    clips: Vec<Clip>,
}

impl Task {
    /// Whether one of these must be read from the disk first. It is heard once it has been, unless
    /// the leg is to hear something else by then.
    pub(super) fn plays_later(&mut self, leg: LegId, playback: u64, say: &[Say]) -> bool {
        self.loading.remove(&leg);
        if !say.iter().any(|say| matches!(say, Say::Recording(_))) {
            return false;
        }
        self.loading.insert(leg, playback);
        let (store, prompts) = (self.w.store.clone(), self.w.prompts.clone());
        let (say, tell) = (say.to_vec(), self.loaded.0.clone());
        tokio::spawn(async move {
            let clips = clips_of(&store, &prompts, &say).await;
            let loaded = Loaded {
                leg,
                playback,
                clips,
            };
            // Call control may be gone.
            let _ = tell.send(loaded).await;
        });
        true
    }

    /// The sounds have been read.
    pub(super) fn loaded(&mut self, loaded: Loaded) {
        let Loaded {
            leg,
            playback,
            clips,
        } = loaded;
        if self.loading.get(&leg) == Some(&playback) {
            self.loading.remove(&leg);
            self.send_playback(leg, playback, clips, (false, false));
            self.drain();
        }
    }

    /// What was recorded is what callers hear from now on.
    pub(super) fn keep_sound(&self, spoken: Spoken, recording: RecordingId) {
        let (store, prompts) = (self.w.store.clone(), self.w.prompts.clone());
        tokio::spawn(async move {
            if let Err(error) = keep(&store, prompts, spoken, recording).await {
                tracing::error!(recording = recording.0, %error, "what was spoken is not kept");
            }
        });
    }
}

async fn clips_of(store: &Store, prompts: &Prompts, say: &[Say]) -> Vec<Clip> {
    let mut clips = Vec::new();
    for say in say {
        let clip = match say {
            Say::Recording(recording) => match read(store, *recording).await {
                Ok(samples) => Some(samples.into()),
                Err(error) => {
                    tracing::error!(recording = recording.0, %error, "the recording is not heard");
                    None
                }
            },
            say => prompts.clip(say),
        };
        clips.extend(clip);
    }
    clips
}

/// What the first party of a recording said, once it is whole.
async fn read(store: &Store, recording: RecordingId) -> io::Result<Vec<i16>> {
    for _ in 0..LOOKS {
        let row = store.recording(recording).await.map_err(io::Error::other)?;
        if let Some(row) = row.filter(|row| row.state != RecordingState::InProgress) {
            let path = store.dir().join(row.path);
            let read = tokio::task::spawn_blocking(move || first_track(&path)).await;
            return read.map_err(io::Error::other)?;
        }
        tokio::time::sleep(LOOK).await;
    }
    Err(io::Error::new(io::ErrorKind::NotFound, "it is not whole"))
}

fn first_track(path: &Path) -> io::Result<Vec<i16>> {
    let mut samples = Vec::new();
    if path.extension().is_some_and(|kind| kind == "opus") {
        let mut reader = OpusReader::open(path)?;
        while let Some(frame) = reader.next_frame()? {
            samples.extend(frame.iter().step_by(reader.tracks()));
        }
        return Ok(samples);
    }
    let mut reader = hound::WavReader::open(path).map_err(io::Error::other)?;
    let tracks = usize::from(reader.spec().channels.max(1));
    for sample in reader.samples::<i16>().step_by(tracks) {
        samples.push(sample.map_err(io::Error::other)?);
    }
    Ok(samples)
}

async fn keep(
    store: &Store,
    prompts: Prompts,
    spoken: Spoken,
    recording: RecordingId,
) -> io::Result<()> {
    let mut samples = read(store, recording).await?;
    samples.truncate(samples.len().saturating_sub(KEY_SAMPLES));
    let house = Arc::clone(&store.configuration().borrow());
    let kept = tokio::task::spawn_blocking(move || prompts.keep_spoken(&house, spoken, &samples));
    let kept = kept.await;
    kept.map_err(io::Error::other)?.map_err(io::Error::other)
}

/// The way from those who read to call control.
pub(super) type Loading = (mpsc::Sender<Loaded>, mpsc::Receiver<Loaded>);
