//! Music on hold made here, so that the box owns its rights: a slow broken chord, soft, seamless
//! when repeated.

const RATE_HZ: f32 = 8000.0;
/// One note every so many samples.
const STEP: usize = 3200;
/// Peak of one voice: a full chord stays near −18 dBm0, 10 dB below speech peaks.
const PEAK: f32 = 2200.0;
/// Four chords of C major, G, A minor, F: notes as semitones over A3 (220 Hz).
const CHORDS: [[f32; 4]; 4] = [
    [3.0, 7.0, 10.0, 15.0],
    [-2.0, 2.0, 5.0, 10.0],
    [0.0, 3.0, 7.0, 12.0],
    [-4.0, 0.0, 3.0, 8.0],
];

/// The whole piece: 16 chords of 4 notes, 25.6 s at 8 kHz.
#[must_use]
pub fn compose() -> Vec<i16> {
    let order = [0, 1, 2, 3, 1, 0, 3, 2, 0, 2, 3, 1, 0, 1, 3, 0];
    let notes: Vec<f32> = order.iter().flat_map(|chord| CHORDS[*chord]).collect();
    let length = notes.len() * STEP;
    let mut sound = vec![0.0_f32; length];
    for (number, semitone) in notes.iter().enumerate() {
        let hz = 220.0 * (semitone / 12.0).exp2();
        // A note rings for five steps and wraps round the end, so the repeat has no seam.
        for n in 0..STEP * 5 {
            let t = n as f32 / RATE_HZ;
            let attack = (n as f32 / 160.0).min(1.0);
            let fade = 1.0 - n as f32 / (STEP * 5) as f32;
            let decay = (-1.6 * t).exp() * fade;
            let phase = std::f32::consts::TAU * hz * t;
            let tone = phase.sin() + 0.25 * (2.0 * phase).sin() + 0.08 * (3.0 * phase).sin();
            sound[(number * STEP + n) % length] += PEAK * attack * decay * tone;
        }
    }
    sound.into_iter().map(|s| s as i16).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_music_neither_clips_nor_jumps_where_it_repeats() {
        let music = compose();
        let peak = music.iter().map(|s| s.unsigned_abs()).max().unwrap_or(0);
        assert!((2000..16_000).contains(&peak), "peak {peak}");
        let seam = i32::from(music[0]) - i32::from(music[music.len() - 1]);
        assert!(seam.abs() < 1500, "seam {seam}");
    }
}
