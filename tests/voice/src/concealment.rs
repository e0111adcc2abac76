//! Packets that never come, made up from the voice before them.

use std::hint::black_box;

use hotline_dsp::concealment::{CONTEXT, Concealment};
use hotline_dsp::engine::BLOCK;

use crate::figure::{Figure, Target};
use crate::judge::judge;
use crate::material::{Chance, rounded, speech};
use crate::peers::spandsp;
use crate::section::{Curve, Plot, Section};
use crate::stopwatch::ns_each;

const SECONDS: usize = 64;
const LEVEL_DBM0: f64 = -16.0;
/// Samples in a packet of 20 ms.
const PACKET: usize = 160;
/// Loss at which the two are compared, in %; the others only make the curve.
const COMPARED: [u32; 2] = [5, 10];
const LOSSES: [u32; 4] = [2, 5, 10, 20];
/// Mean length of a burst, in packets.
const BURST: f64 = 3.0;

pub fn measure() -> Result<Section, String> {
    let said = rounded(&speech(3, SECONDS, LEVEL_DBM0)?);
    let mut figures = Vec::new();
    let mut plots = Vec::new();
    for (name, burst) in [("one by one", 1.0), ("in bursts", BURST)] {
        let names = [
            "ours, packet after the gap known",
            "ours, not known",
            "spandsp",
        ];
        let mut curves = names.map(|name| Curve {
            name: name.into(),
            points: Vec::new(),
        });
        for loss in LOSSES {
            let lost = losses(said.len() / PACKET, loss, burst);
            let heard = [
                ours(&said, &lost, true),
                ours(&said, &lost, false),
                theirs(&said, &lost)?,
            ];
            let (mut pesq, mut stoi) = ([0.0; 3], [0.0; 3]);
            for (n, heard) in heard.iter().enumerate() {
                let verdict = judge(&as_float(&said), &as_float(heard))?;
                (pesq[n], stoi[n]) = (verdict.pesq, verdict.stoi);
                curves[n].points.push((f64::from(loss), pesq[n]));
            }
            let name_stoi = format!("{loss} % lost {name}: STOI, {}", names[0]);
            figures.push(Figure::told(name_stoi, stoi[0], "").beside("spandsp", stoi[2]));
            for n in (0..2).filter(|_| COMPARED.contains(&loss)) {
                let name = format!("{loss} % lost {name}: PESQ, {}", names[n]);
                let limit = Target::AtLeast((pesq[2] * 1_000.0).round() / 1_000.0);
                let figure = Figure::told(name, pesq[n], "").must_be(limit);
                figures.push(figure.beside("spandsp", pesq[2]));
            }
        }
        plots.push(Plot {
            title: format!("Packets of 20 ms lost {name}"),
            x: "% lost",
            y: "PESQ (MOS-LQO)",
            curves: curves.into(),
        });
    }
    figures.push(cost(&said)?);
    Ok(Section {
        title: "Concealment",
        about: "64 s of speech at -16 dBm0 in packets of 20 ms, of which some are lost: one by one, \
                or in bursts of three on average. Known: the jitter buffer holds the packet after the gap, \
                as it does where its delay is 20 ms more than a packet needs. Costs are of 20 ms at a loss of 10 %, one by one.",
        figures,
        plots,
    })
}

/// Which packets are lost (Gilbert's model: a burst of this mean length, then a pause).
fn losses(packets: usize, percent: u32, burst: f64) -> Vec<bool> {
    let mut chance = Chance::new(u64::from(percent) + 100);
    let share = f64::from(percent) / 100.0;
    let ends = 1.0 / burst;
    let starts = share * ends / (1.0 - share);
    let mut is_lost = false;
    (0..packets)
        .map(|n| {
            let drawn = chance.uniform();
            is_lost = match (burst > 1.0, is_lost) {
                (false, _) => drawn < share,
                (true, true) => drawn >= ends,
                (true, false) => drawn < starts,
            };
            // The voice must have been heard before it can be missed.
            is_lost && n > 5
        })
        .collect()
}

fn ours(said: &[i16], lost: &[bool], is_known: bool) -> Vec<i16> {
    let mut concealment = Concealment::default();
    let mut heard = Vec::with_capacity(said.len());
    for (n, (packet, &is_lost)) in said.chunks_exact(PACKET).zip(lost).enumerate() {
        if is_known && is_lost {
            let gap = lost[n..].iter().take_while(|lost| **lost).count() * PACKET;
            let after = said
                .get(n * PACKET + gap..)
                .and_then(<[i16]>::first_chunk::<CONTEXT>);
            if let Some(after) = after {
                concealment.bridge(gap, after);
            }
        }
        for block in packet.as_chunks::<BLOCK>().0 {
            heard.extend(if is_lost {
                concealment.missing()
            } else {
                concealment.heard(*block)
            });
        }
    }
    heard
}

fn theirs(said: &[i16], lost: &[bool]) -> Result<Vec<i16>, String> {
    let mut peer = spandsp::Concealment::new()?;
    let mut heard = said.to_vec();
    for (packet, &lost) in heard.chunks_exact_mut(PACKET).zip(lost) {
        if lost {
            peer.missing(packet);
        } else {
            peer.heard(packet);
        }
    }
    Ok(heard)
}

fn as_float(samples: &[i16]) -> Vec<f32> {
    samples.iter().map(|&sample| f32::from(sample)).collect()
}

fn cost(said: &[i16]) -> Result<Figure, String> {
    let lost = losses(said.len() / PACKET, 10, 1.0);
    let ours_ns = ns_each(lost.len(), || {
        black_box(ours(black_box(said), &lost, true));
    });
    theirs(said, &lost)?;
    let theirs_ns = ns_each(lost.len(), || {
        black_box(theirs(black_box(said), &lost).is_ok());
    });
    Ok(Figure::told("cost of 20 ms", ours_ns / 1_000.0, "us")
        .must_be(Target::AtMost(0.3))
        .beside("spandsp", theirs_ns / 1_000.0))
}
