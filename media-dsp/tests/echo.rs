//! The line echo canceller in the manner of G.168 §6.4: composite source signals and voices through
//! echo paths of Annex D, everything in A-law as on a real line.

mod signal;

use hotline_dsp::echo::EchoCanceller;
use hotline_dsp::engine::{BLOCK, Law};
use signal::g168::{CSS_C1, CSS_C3, PATH_D2, PATH_D5};
use signal::{Noise, blocks, composite_source, power, silence, voice};

const SECOND: usize = 8000;

/// An echo path with its return loss and a flat delay in samples.
struct Path {
    taps: Vec<f32>,
}

impl Path {
    fn new((model, k): (&[i32], f32), return_loss_db: f32, delay: usize) -> Self {
        let factor = k * 10f32.powf(-return_loss_db / 20.0);
        let mut taps = silence(delay);
        taps.extend(model.iter().map(|&tap| tap as f32 * factor));
        Self { taps }
    }

    fn echo(&self, sent: &[f32]) -> Vec<f32> {
        (0..sent.len())
            .map(|n| {
                self.taps
                    .iter()
                    .zip(sent[..=n].iter().rev())
                    .map(|(h, x)| h * x)
                    .sum()
            })
            .collect()
    }
}

fn paths() -> [Path; 4] {
    let short = (&PATH_D2.0[..], PATH_D2.1);
    let long = (&PATH_D5.0[..], PATH_D5.1);
    [
        Path::new(short, 6.0, 0),
        Path::new(short, 10.0, 40),
        Path::new(long, 6.0, 0),
        Path::new(long, 8.0, 60),
    ]
}

fn through_a_law(samples: &[f32]) -> Vec<f32> {
    let law = Law::A;
    samples
        .iter()
        .map(|&s| f32::from(law.decode(law.encode(s.round() as i16))))
        .collect()
}

/// What is left of the echo: the canceller's output less what the near party said.
fn residue(
    canceller: &mut EchoCanceller,
    sent: &[f32],
    path: &Path,
    near: &[f32],
) -> (Vec<f32>, Vec<f32>) {
    let sent = through_a_law(sent);
    let echo = path.echo(&sent);
    let received: Vec<f32> = echo.iter().zip(near).map(|(a, b)| a + b).collect();
    let received = through_a_law(&received);
    let out = blocks(&sent)
        .zip(blocks(&received))
        .flat_map(|(s, r)| canceller.process(&s, &r));
    let left = out
        .zip(near)
        .map(|(out, near)| f32::from(out) - near)
        .collect();
    (echo, left)
}

fn erle_db(echo: &[f32], left: &[f32], from: usize, to: usize) -> f32 {
    10.0 * (power(&echo[from..to]) / power(&left[from..to]).max(1e-3)).log10()
}

/// G.168 test 2B: from nothing learnt.
#[test]
fn twenty_db_within_one_second_and_thirty_at_last() {
    for (n, path) in paths().iter().enumerate() {
        let sent = composite_source(&CSS_C1, 10 * SECOND, 1, -10.0);
        let (echo, left) = residue(
            &mut EchoCanceller::default(),
            &sent,
            path,
            &silence(sent.len()),
        );
        let after_1_s = erle_db(&echo, &left, SECOND, SECOND + 2800);
        let at_last = erle_db(&echo, &left, 9 * SECOND, 10 * SECOND);
        println!("path {n}: {after_1_s:.1} dB after 1 s, {at_last:.1} dB after 9 s");
        assert!(after_1_s >= 20.0, "path {n}: {after_1_s} dB after 1 s");
        assert!(at_last >= 30.0, "path {n}: {at_last} dB after 9 s");
    }
}

#[test]
fn a_voice_is_enough_to_learn_from() {
    for (n, path) in paths().iter().enumerate() {
        let sent = voice(n as u64, 10 * SECOND, -16.0);
        let (echo, left) = residue(
            &mut EchoCanceller::default(),
            &sent,
            path,
            &silence(sent.len()),
        );
        let after_1_s = erle_db(&echo, &left, SECOND, 2 * SECOND);
        let after_2_s = erle_db(&echo, &left, 2 * SECOND, 3 * SECOND);
        let at_last = erle_db(&echo, &left, 8 * SECOND, 10 * SECOND);
        println!("path {n}: {after_1_s:.1}, {after_2_s:.1}, {at_last:.1} dB after 1, 2, 8 s");
        assert!(after_1_s >= 12.0, "path {n}: {after_1_s} dB after 1 s");
        assert!(after_2_s >= 20.0, "path {n}: {after_2_s} dB after 2 s");
        assert!(at_last >= 25.0, "path {n}: {at_last} dB after 8 s");
    }
}

/// G.168 tests 3A and 3B: both speak, as loud as each other, for 10 s.
#[test]
fn double_talk_does_not_spoil_what_was_learnt() {
    for (n, path) in paths().iter().enumerate() {
        let sent = composite_source(&CSS_C1, 14 * SECOND, 1, -12.0);
        let mut near = silence(sent.len());
        let speech = composite_source(&CSS_C3, 10 * SECOND, 2, -18.0);
        near[3 * SECOND..13 * SECOND].copy_from_slice(&speech);
        let (echo, left) = residue(&mut EchoCanceller::default(), &sent, path, &near);
        let before = erle_db(&echo, &left, 2 * SECOND, 3 * SECOND);
        let worst = (3..13)
            .map(|s| erle_db(&echo, &left, s * SECOND, (s + 1) * SECOND))
            .fold(f32::MAX, f32::min);
        let after = erle_db(&echo, &left, 13 * SECOND, 14 * SECOND);
        println!(
            "path {n}: {before:.1} dB before, {worst:.1} dB in, {after:.1} dB after double talk"
        );
        assert!(
            worst >= 18.0,
            "path {n}: {worst} dB in double talk, {before} dB before"
        );
        assert!(after >= 20.0, "path {n}: {after} dB after double talk");
    }
}

#[test]
fn two_voices_at_once_do_not_make_it_diverge() {
    for (n, path) in paths().iter().enumerate() {
        let sent = voice(n as u64, 30 * SECOND, -16.0);
        let mut near = voice(n as u64 + 100, 30 * SECOND, -20.0);
        near[..5 * SECOND].fill(0.0);
        let (echo, left) = residue(&mut EchoCanceller::default(), &sent, path, &near);
        let during = erle_db(&echo, &left, 6 * SECOND, 30 * SECOND);
        println!("path {n}: {during:.1} dB in double talk");
        assert!(during >= 20.0, "path {n}: {during} dB in double talk");
    }
}

/// Another hybrid is switched in: G.168 test 2B again without a reset.
#[test]
fn a_new_path_is_learnt_within_two_seconds() {
    let [first, _, _, second] = paths();
    let sent = composite_source(&CSS_C1, 5 * SECOND, 1, -10.0);
    let quiet = silence(sent.len());
    let mut canceller = EchoCanceller::default();
    residue(&mut canceller, &sent, &first, &quiet);
    let (echo, left) = residue(&mut canceller, &sent, &second, &quiet);
    let after = erle_db(&echo, &left, 2 * SECOND, 3 * SECOND);
    println!("{after:.1} dB after 2 s");
    assert!(after >= 20.0, "{after} dB");
}

#[test]
fn without_an_echo_the_near_party_passes_untouched() {
    let near = voice(3, 5 * SECOND, -20.0);
    let sent = voice(4, 5 * SECOND, -16.0);
    let mut canceller = EchoCanceller::default();
    let out: Vec<f32> = blocks(&sent)
        .zip(blocks(&near))
        .flat_map(|(s, r)| canceller.process(&s, &r))
        .map(f32::from)
        .collect();
    let error: Vec<f32> = out.iter().zip(&near).map(|(a, b)| a - b).collect();
    let snr_db = 10.0 * (power(&near) / power(&error)).log10();
    assert!(snr_db > 30.0, "{snr_db} dB");
}

/// Neither noise nor full scale nor silence brings forth anything that is not a sample.
#[test]
fn it_stays_sane_whatever_comes() {
    let mut noise = Noise::new(1);
    let mut canceller = EchoCanceller::new(64);
    for ms in 0..20_000u32 {
        let mut wild = || (noise.next_u32() as i16).saturating_mul((ms / 1000 % 3) as i16);
        let sent: [i16; BLOCK] = std::array::from_fn(|_| wild());
        let received: [i16; BLOCK] = std::array::from_fn(|_| wild());
        canceller.process(&sent, &received);
    }
    let near = voice(5, 2 * SECOND, -20.0);
    let (_, left) = residue(&mut canceller, &silence(near.len()), &paths()[0], &near);
    assert!(power(&left[SECOND..]) < power(&near[SECOND..]) / 1000.0);
}
