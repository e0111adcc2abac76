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
        let differ = differing(ours, &mut peer);
        figures.push(
            Figure::told(
                format!("{name}: codes, of 65 536 + 256, that differ from spandsp's"),
                differ as f64,
                "",
            )
            .must_be(Target::Zero),
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

fn differing(law: Law, peer: &mut spandsp::G711) -> usize {
    let samples = every_sample();
    let octets: Vec<u8> = (0..=u8::MAX).collect();
    let mut theirs = (vec![0; samples.len()], vec![0; octets.len()]);
    peer.encode(&samples, &mut theirs.0);
    peer.decode(&octets, &mut theirs.1);
    let coded = samples.iter().map(|&s| law.encode(s)).zip(&theirs.0);
    let decoded = octets.iter().map(|&o| law.decode(o)).zip(&theirs.1);
    coded.filter(|(a, b)| a != *b).count() + decoded.filter(|(a, b)| a != *b).count()
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
