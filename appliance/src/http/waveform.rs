//! The shape of a recording, small enough to draw.

use std::io;
use std::path::Path;

use serde::Serialize;
use utoipa::ToSchema;

use crate::media::opus_file::OpusReader;

/// The lowest and the highest sample of each column, one after the other, for each track.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct Waveform {
    columns: usize,
    duration_ms: u64,
    /// min, max, min, max …
    customer: Vec<i16>,
    agent: Vec<i16>,
    /// Of a supervisor who took part; else not there.
    #[serde(skip_serializing_if = "Option::is_none")]
    supervisor: Option<Vec<i16>>,
}

/// What is drawn: the extremes so far, track by track.
struct Shape {
    columns: usize,
    frames: usize,
    extremes: Vec<Vec<i16>>,
}

impl Shape {
    fn new(columns: usize, frames: usize, tracks: usize) -> Self {
        Self {
            columns,
            frames,
            extremes: vec![vec![0; 2 * columns]; tracks],
        }
    }

    fn add(&mut self, frame: usize, channel: usize, sample: i16) {
        let column = frame * self.columns / self.frames.max(1);
        let extremes = self.extremes.get_mut(channel);
        let both = extremes.and_then(|all| all.get_mut(2 * column..2 * column + 2));
        if let Some([low, high]) = both {
            *low = sample.min(*low);
            *high = sample.max(*high);
        }
    }

    fn draw(self, duration_ms: u64) -> Waveform {
        let mut tracks = self.extremes.into_iter();
        Waveform {
            columns: self.columns,
            duration_ms,
            customer: tracks.next().unwrap_or_default(),
            agent: tracks.next().unwrap_or_default(),
            supervisor: tracks.next(),
        }
    }
}

/// Reads a WAV file once, from beginning to end.
pub(super) fn of(path: &Path, columns: usize) -> io::Result<Waveform> {
    let damaged = |error: hound::Error| match error {
        hound::Error::IoError(error) => error,
        other => io::Error::new(io::ErrorKind::InvalidData, other),
    };
    let mut reader = hound::WavReader::open(path).map_err(damaged)?;
    let rate = u64::from(reader.spec().sample_rate.max(1));
    let channels = usize::from(reader.spec().channels.max(1));
    let mut shape = Shape::new(columns, reader.duration() as usize, channels);
    for (index, sample) in reader.samples::<i16>().enumerate() {
        // A recording in progress may be cut anywhere; what is there is drawn.
        let Ok(sample) = sample else { break };
        shape.add(index / channels, index % channels, sample);
    }
    let duration_ms = shape.frames as u64 * 1_000 / rate;
    Ok(shape.draw(duration_ms))
}

/// The same of Ogg Opus, whose length is known from elsewhere.
pub(super) fn of_opus(path: &Path, columns: usize, duration_ms: u64) -> io::Result<Waveform> {
    let mut reader = OpusReader::open(path)?;
    let mut shape = Shape::new(
        columns,
        usize::try_from(duration_ms * 8).unwrap_or(usize::MAX),
        reader.tracks(),
    );
    let mut read = 0;
    while let Some(samples) = reader.next_frame()? {
        for frame in samples.chunks(reader.tracks()) {
            for (track, sample) in frame.iter().enumerate() {
                shape.add(read, track, *sample);
            }
            read += 1;
        }
    }
    Ok(shape.draw(duration_ms))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_channel_shows_its_own_extremes_in_their_columns() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.wav");
        let spec = hound::WavSpec {
            channels: 2,
            sample_rate: 8_000,
            bits_per_sample: 16,
            sample_format: hound::SampleFormat::Int,
        };
        let mut writer = hound::WavWriter::create(&path, spec).unwrap();
        for frame in 0..8_000_i16 {
            writer
                .write_sample(if frame < 4_000 { 100 } else { -100 })
                .unwrap();
            writer
                .write_sample(if frame == 7_999 { i16::MIN } else { 7 })
                .unwrap();
        }
        writer.finalize().unwrap();
        let waveform = of(&path, 2).unwrap();
        assert_eq!(waveform.duration_ms, 1_000);
        assert_eq!(waveform.customer, [0, 100, -100, 0]);
        assert_eq!(waveform.agent, [0, 7, i16::MIN, 7]);
    }
}
