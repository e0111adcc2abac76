//! G.711: every code, and what coding costs.

use std::hint::black_box;

use hotline_dsp::g711::Law;

use crate::figure::{Figure, Target};
use crate::peers::spandsp;
use crate::section::Section;
use crate::stopwatch::ns_each;

/// Samples in the 20 ms that costs are told for.
const FRAME: usize = 160;
/// Frames in one run of the stopwatch.
const FRAMES: usize = 20_000;

pub fn measure() -> Result<Section, String> {
    let mut figures = Vec::new();
    for (name, ours, theirs) in [
        ("A-law", Law::A, spandsp::Law::A),
        ("µ-law", Law::Mu, spandsp::Law::Mu),
    ] {
        let mut peer = spandsp::G711::new(theirs)?;
        let samples = every_sample();
        let octets: Vec<u8> = (0..=u8::MAX).collect();
        let (mut coded, mut decoded) = (vec![0; samples.len()], vec![0; octets.len()]);
        peer.encode(&samples, &mut coded);
        peer.decode(&octets, &mut decoded);
        let theirs = wrong(ours, &coded, &decoded);
        let differ = samples
            .iter()
            .zip(&coded)
            .filter(|(s, c)| ours.encode(**s) != **c);
        figures.push(Figure::told(
            format!("{name}: samples on a decision value, which spandsp codes one step off ours"),
            differ.count() as f64,
            "",
        ));
        ours.encode_all(&samples, &mut coded);
        ours.decode_all(&octets, &mut decoded);
        figures.push(
            Figure::told(
                format!("{name}: codes, of 65 536 + 256, that contradict G.711's tables"),
                wrong(ours, &coded, &decoded) as f64,
                "",
            )
            .must_be(Target::Zero)
            .beside("spandsp", theirs as f64),
        );
        figures.extend(costs(name, ours, &mut peer));
    }
    Ok(Section {
        title: "G.711",
        about: "All 16-bit samples coded and all octets decoded by both; costs are of 20 ms.",
        figures,
        plots: Vec::new(),
    })
}

fn every_sample() -> Vec<i16> {
    (i16::MIN..=i16::MAX).collect()
}

/// How many of these contradict the tables. Of a sample exactly on a decision value the
/// Recommendation does not say which of the two steps it belongs to: both are right.
fn wrong(law: Law, coded: &[u8], decoded: &[i16]) -> usize {
    let values = decision_values(law);
    let character = |sample: i16, n: usize| match (law, sample < 0) {
        (Law::A, false) => (128 + n as u8) ^ 0x55,
        (Law::A, true) => n as u8 ^ 0x55,
        (Law::Mu, false) => 255 - n as u8,
        (Law::Mu, true) => 127 - n as u8,
    };
    let is_right = |(&sample, &code): (&i16, &u8)| {
        let magnitude = i32::from(sample).abs();
        let n = values.partition_point(|&value| value <= magnitude) - 1;
        let below = (n > 0 && values[n] == magnitude).then(|| character(sample, (n - 1).min(127)));
        code == character(sample, n.min(127)) || Some(code) == below
    };
    let right = every_sample()
        .iter()
        .zip(coded)
        .filter(|pair| is_right(*pair))
        .count();
    let output = |n: usize| match (law, n) {
        (Law::Mu, 0) => 0,
        _ => (values[n] + values[n + 1]) / 2,
    };
    let outputs = (0..128).flat_map(|n| [(1, output(n), n), (-1, -output(n), n)]);
    let decoded_wrong = outputs
        .filter(|&(sign, value, n)| i32::from(decoded[usize::from(character(sign, n))]) != value);
    coded.len() - right + decoded_wrong.count()
}

/// G.711 tables 1a and 2a, in the unit of a 16-bit sample: segments of so many steps so wide.
fn decision_values(law: Law) -> Vec<i32> {
    let (first, unit): (&[i32], i32) = match law {
        Law::A => (&[2; 16], 8),
        Law::Mu => (&[], 4),
    };
    let mut widths = first.to_vec();
    for segment in 1..=(if law == Law::A { 7 } else { 8 }) {
        widths.extend([1 << segment; 16]);
    }
    if law == Law::Mu {
        // The interval around zero reaches only to 1.
        widths[0] = 1;
    }
    let mut values = vec![0];
    values.extend(widths.iter().scan(0, |sum, width| {
        *sum += width * unit;
        Some(*sum)
    }));
    values
}

fn costs(name: &str, law: Law, peer: &mut spandsp::G711) -> [Figure; 2] {
    let samples: Vec<i16> = every_sample()
        .into_iter()
        .step_by(401)
        .take(FRAME)
        .collect();
    let mut octets = [0; FRAME];
    let mut linear = [0; FRAME];
    let repeat = |work: &mut dyn FnMut()| ns_each(FRAMES, || (0..FRAMES).for_each(|_| work()));
    let ours = [
        repeat(&mut || law.encode_all(black_box(&samples), black_box(&mut octets))),
        repeat(&mut || law.decode_all(black_box(&octets), black_box(&mut linear))),
    ];
    let theirs = [
        repeat(&mut || peer.encode(black_box(&samples), black_box(&mut octets))),
        repeat(&mut || peer.decode(black_box(&octets), black_box(&mut linear))),
    ];
    [
        Figure::told(format!("{name}: coding 20 ms"), ours[0], "ns")
            .must_be(Target::AtMost(48.0))
            .beside("spandsp", theirs[0]),
        Figure::told(format!("{name}: decoding 20 ms"), ours[1], "ns")
            .must_be(Target::AtMost(13.0))
            .beside("spandsp", theirs[1]),
    ]
}
