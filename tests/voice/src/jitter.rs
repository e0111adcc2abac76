//! Packets that come when they like: how long they wait, and how many come too late all the same.

use std::hint::black_box;

use hotline_dsp::engine::BLOCK;
use hotline_dsp::jitter::{Fate, JitterBuffer};

use crate::figure::{Figure, Target};
use crate::material::{Chance, SECOND, rounded, speech};
use crate::peers::speex_jitter;
use crate::section::{Curve, Plot, Section};
use crate::stopwatch::ns_each;

/// Samples in a packet of 20 ms, and its milliseconds.
const PACKET: usize = 160;
const PACKET_MS: usize = 20;
const LEVEL_DBM0: f64 = -16.0;
/// Of speech, which is repeated.
const SPEECH_S: usize = 60;
/// What happens before is the beginning.
const SETTLED_MS: usize = 2_000;
/// One point of the plot in so many milliseconds.
const POINT_MS: usize = 200;

/// When packets come.
struct Trace {
    name: &'static str,
    seconds: usize,
    /// Milliseconds from sending to arrival, beyond the fastest.
    delay_ms: Box<dyn FnMut(usize) -> f64>,
    /// How much faster the sender's clock is.
    drift_ppm: f64,
}

fn traces() -> Vec<Trace> {
    let gaussian = |seed: u64, deviation: f64| {
        let mut chance = Chance::new(seed);
        move |_: usize| (chance.gaussian() * deviation + 3.0 * deviation).max(0.0)
    };
    let mut steady = gaussian(7, 1.0);
    let mut chance = Chance::new(8);
    // For so long nothing goes through, then all at once.
    let mut blocked_until_ms = 0.0;
    let wifi = move |n: usize| {
        let sent_ms = (n * PACKET_MS) as f64;
        if chance.uniform() < 1.0 / 100.0 {
            blocked_until_ms = sent_ms + 30.0 + 90.0 * chance.uniform();
        }
        (blocked_until_ms - sent_ms).max(0.0) + steady(n)
    };
    let trace = |name, seconds, delay_ms, drift_ppm| Trace {
        name,
        seconds,
        delay_ms,
        drift_ppm,
    };
    vec![
        trace("Gaussian 5 ms", 120, Box::new(gaussian(1, 5.0)), 0.0),
        trace("Gaussian 20 ms", 120, Box::new(gaussian(2, 20.0)), 0.0),
        trace("Gaussian 40 ms", 120, Box::new(gaussian(3, 40.0)), 0.0),
        trace("Wi-Fi stalls", 120, Box::new(wifi), 0.0),
        trace("drift +200 ppm", 600, Box::new(gaussian(5, 2.0)), 200.0),
        trace("drift -200 ppm", 600, Box::new(gaussian(6, 2.0)), -200.0),
    ]
}

pub fn measure() -> Result<Section, String> {
    let said = rounded(&speech(5, SPEECH_S, LEVEL_DBM0)?);
    let mut figures = Vec::new();
    let mut plots = Vec::new();
    for trace in traces() {
        let name = trace.name;
        let packets = trace.packets();
        let ours = ours(&said, &packets);
        let theirs = theirs(&packets)?;
        figures.push(
            Figure::told(format!("{name}: too late"), ours.late_percent(), "%")
                .must_be(Target::AtMost(1.0))
                .beside("speex", theirs.late_percent()),
        );
        figures.push(
            Figure::told(
                format!("{name}: mean delay added"),
                ours.mean_delay_ms(),
                "ms",
            )
            .beside("speex", theirs.mean_delay_ms()),
        );
        let seconds = last_ms(&packets) as f64 / 1_000.0;
        let missing = |outcome: &Outcome| outcome.gaps as f64 / seconds;
        let figure = Figure::told(format!("{name}: missing"), missing(&ours), "ms/s");
        let limit = if name.starts_with("drift") {
            Target::Zero
        } else {
            Target::AtMost(missing(&theirs).round())
        };
        figures.push(figure.must_be(limit).beside("speex", missing(&theirs)));
        plots.push(plot(name, &packets, ours, theirs));
    }
    figures.push(cost(&said));
    Ok(Section {
        title: "Jitter buffer",
        about: "Speech in packets of 20 ms. Delay added: from when a packet would be there at the \
                soonest to when it is played. Too late: packets not played because of it. The first \
                two seconds do not count.",
        figures,
        plots,
    })
}

/// A packet: when it comes, and its number.
#[derive(Clone, Copy)]
struct Arrival {
    at_ms: f64,
    number: usize,
}

impl Trace {
    /// In order of arrival.
    fn packets(mut self) -> Vec<Arrival> {
        let mut packets: Vec<Arrival> = (0..self.seconds * 50)
            .map(|number| {
                let sent_ms = (number * PACKET_MS) as f64 * (1.0 - self.drift_ppm * 1e-6);
                let at_ms = sent_ms + (self.delay_ms)(number);
                Arrival { at_ms, number }
            })
            .collect();
        packets.sort_by(|a, b| a.at_ms.total_cmp(&b.at_ms));
        packets
    }
}

/// What became of one trace.
#[derive(Default)]
struct Outcome {
    /// (ms, delay in ms), every millisecond or packet.
    delays: Vec<(f64, f64)>,
    late: usize,
    packets: usize,
    /// Milliseconds in which nothing was there to be played.
    gaps: usize,
}

impl Outcome {
    fn late_percent(&self) -> f64 {
        self.late as f64 * 100.0 / self.packets.max(1) as f64
    }

    fn mean_delay_ms(&self) -> f64 {
        let counted = self
            .delays
            .iter()
            .filter(|(at, _)| *at >= SETTLED_MS as f64);
        let (sum, count) = counted.fold((0.0, 0.0), |(s, c), (_, delay)| (s + delay, c + 1.0));
        sum / f64::max(count, 1.0)
    }
}

fn ours(said: &[i16], packets: &[Arrival]) -> Outcome {
    let mut buffer = JitterBuffer::new();
    let mut outcome = Outcome::default();
    let mut coming = packets.iter().peekable();
    for now in 0..last_ms(packets) {
        while let Some(packet) = coming.next_if(|packet| packet.at_ms <= now as f64) {
            let from = packet.number * PACKET % (SPEECH_S * SECOND);
            let fate = buffer.put((packet.number * PACKET) as u32, &said[from..from + PACKET]);
            let transit_ms = now as f64 - sent_ms(packets, packet.number);
            if now >= SETTLED_MS {
                outcome.packets += 1;
                outcome.late += usize::from(fate == Fate::TooLate);
            }
            if fate == Fate::Queued {
                let delay_ms = transit_ms + f64::from(buffer.delay_ms());
                outcome.delays.push((now as f64, delay_ms));
            }
        }
        let is_missing = buffer.take().is_none();
        outcome.gaps += usize::from(is_missing && now >= SETTLED_MS);
    }
    outcome
}

/// When the last one comes.
fn last_ms(packets: &[Arrival]) -> usize {
    packets.last().map_or(0, |packet| packet.at_ms as usize)
}

/// When a packet would have come at the soonest.
fn sent_ms(packets: &[Arrival], number: usize) -> f64 {
    // A drifting clock is that of the whole trace: its last packet tells how fast it was.
    let last = packets.len() - 1;
    let latest = packets[last].at_ms - packets[0].at_ms;
    let nominal = (last * PACKET_MS) as f64;
    let drift = if (latest / nominal - 1.0).abs() > 1e-4 && last > 20_000 {
        (latest / nominal - 1.0).signum() * 200e-6
    } else {
        0.0
    };
    (number * PACKET_MS) as f64 * (1.0 + drift)
}

fn theirs(packets: &[Arrival]) -> Result<Outcome, String> {
    let mut buffer = speex_jitter::JitterBuffer::new(PACKET as u32)?;
    let mut outcome = Outcome::default();
    let mut coming = packets.iter().peekable();
    let mut played = 0;
    for now in (0..last_ms(packets)).step_by(PACKET_MS) {
        while let Some(packet) = coming.next_if(|packet| packet.at_ms <= now as f64) {
            buffer.put((packet.number * PACKET) as u32, packet.number as u16);
            outcome.packets += usize::from(now >= SETTLED_MS);
        }
        let taken = buffer.take();
        if let Some(timestamp) = taken {
            let sent = sent_ms(packets, timestamp as usize / PACKET);
            outcome.delays.push((now as f64, now as f64 - sent));
        }
        if now >= SETTLED_MS {
            played += usize::from(taken.is_some());
            outcome.gaps += if taken.is_none() { PACKET_MS } else { 0 };
        }
    }
    outcome.late = outcome.packets.saturating_sub(played);
    Ok(outcome)
}

fn plot(name: &str, packets: &[Arrival], ours: Outcome, theirs: Outcome) -> Plot {
    let thinned = |points: Vec<(f64, f64)>| {
        let step = (points.len() * POINT_MS / (packets.len() * PACKET_MS)).max(1);
        let step = step.max(points.len() / 1_000);
        let seconds = points.into_iter().step_by(step);
        seconds.map(|(ms, delay)| (ms / 1_000.0, delay)).collect()
    };
    let network = packets.iter().map(|packet| {
        let delay_ms = packet.at_ms - sent_ms(packets, packet.number);
        (packet.at_ms, delay_ms)
    });
    let network = network.collect();
    Plot {
        title: format!("{name}: delay over time"),
        x: "s",
        y: "ms",
        curves: vec![
            Curve {
                name: "packets come".into(),
                points: thinned(network),
            },
            Curve {
                name: "ours plays".into(),
                points: thinned(ours.delays),
            },
            Curve {
                name: "speex plays".into(),
                points: thinned(theirs.delays),
            },
        ],
    }
}

/// Of 20 ms: one packet in, twenty blocks out, at a jitter of 20 ms.
fn cost(said: &[i16]) -> Figure {
    let packets = traces().swap_remove(1).packets();
    let ns = ns_each(packets.len(), || {
        let mut buffer = JitterBuffer::new();
        let mut coming = packets.iter().peekable();
        for now in 0..packets.len() * PACKET / BLOCK {
            while let Some(packet) = coming.next_if(|packet| packet.at_ms <= now as f64) {
                let from = packet.number * PACKET % (SPEECH_S * SECOND);
                buffer.put((packet.number * PACKET) as u32, &said[from..from + PACKET]);
            }
            black_box(buffer.take());
        }
    });
    Figure::told("Gaussian 20 ms: cost of 20 ms", ns / 1_000.0, "us").must_be(Target::AtMost(1.5))
}
