//! The shape of a recording, small enough to draw.

use std::io;
use std::path::Path;

use serde::Serialize;
use utoipa::ToSchema;

/// The lowest and the highest sample of each column, one after the other, both channels.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct Waveform {
    columns: usize,
    duration_ms: u64,
    /// min, max, min, max …
    customer: Vec<i16>,
    agent: Vec<i16>,
}

/// Reads the file once, from beginning to end.
pub(super) fn of(path: &Path, columns: usize) -> io::Result<Waveform> {
    let damaged = |error: hound::Error| match error {
        hound::Error::IoError(error) => error,
        other => io::Error::new(io::ErrorKind::InvalidData, other),
    };
    let mut reader = hound::WavReader::open(path).map_err(damaged)?;
    let rate = u64::from(reader.spec().sample_rate.max(1));
    let channels = usize::from(reader.spec().channels.max(1));
    let frames = reader.duration() as usize;
    let mut extremes = vec![vec![0_i16; 2 * columns]; 2];
    for (index, sample) in reader.samples::<i16>().enumerate() {
        // A recording in progress may be cut anywhere; what is there is drawn.
        let Ok(sample) = sample else { break };
        let (frame, channel) = (index / channels, index % channels);
        let Some(extremes) = extremes.get_mut(channel) else {
            continue;
        };
        let column = frame * columns / frames.max(1);
        let Some([low, high]) = extremes.get_mut(2 * column..2 * column + 2) else {
            break;
        };
        *low = sample.min(*low);
        *high = sample.max(*high);
    }
    let agent = extremes.pop().unwrap_or_default();
    let customer = extremes.pop().unwrap_or_default();
    Ok(Waveform {
        columns,
        duration_ms: frames as u64 * 1_000 / rate,
        customer,
        agent,
    })
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
