//! Packets that come when they like: how long they wait, and how many come too late all the same.

use std::hint::black_box;

use hotline_dsp::concealment::Concealment;
use hotline_dsp::jitter::{Fate, JitterBuffer};

use crate::figure::{Figure, Target};
use crate::judge::judge;
use crate::material::{Chance, SECOND, rounded, speech};
use crate::peers::{spandsp, speex_jitter};
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
/// Points of a curve, at most.
const POINTS: usize = 1_000;

/// Traces whose outcome is listened to.
const LOSSY: &str = "Gaussian 20 ms, 5 % lost";
const STALLS: &str = "Wi-Fi stalls";
/// For so long.
const JUDGED_S: usize = 64;

/// When packets come.
struct Trace {
    name: &'static str,
    seconds: usize,
    /// Milliseconds from sending to arrival, beyond the fastest.
    delay_ms: Box<dyn FnMut(usize) -> f64>,
    /// How much faster the sender's clock is.
    drift_ppm: f64,
    /// Share of packets that never come.
    loss: f64,
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
        loss: 0.0,
    };
    let lossy = Trace {
        loss: 0.05,
        ..trace(LOSSY, 120, Box::new(gaussian(4, 20.0)), 0.0)
    };
    vec![
        trace("Gaussian 5 ms", 120, Box::new(gaussian(1, 5.0)), 0.0),
        trace("Gaussian 20 ms", 120, Box::new(gaussian(2, 20.0)), 0.0),
        trace("Gaussian 40 ms", 120, Box::new(gaussian(3, 40.0)), 0.0),
        lossy,
        trace(STALLS, 120, Box::new(wifi), 0.0),
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
        let journey = trace.journey();
        let ours = ours(&said, &journey);
        let theirs = theirs(&said, &journey)?;
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
        let seconds = journey.end_ms() as f64 / 1_000.0;
        let missing = |outcome: &Outcome| outcome.gaps as f64 / seconds;
        let figure = Figure::told(format!("{name}: missing"), missing(&ours), "ms/s");
        let limit = if name.starts_with("drift") {
            Target::Zero
        } else {
            Target::AtMost(missing(&theirs).round())
        };
        figures.push(figure.must_be(limit).beside("speex", missing(&theirs)));
        if [LOSSY, STALLS].contains(&name) {
            let peer = theirs.pesq(&said)?;
            let figure = Figure::told(
                format!("{name}: PESQ of what is heard"),
                ours.pesq(&said)?,
                "",
            );
            let limit = Target::AtLeast((peer * 1_000.0).round() / 1_000.0);
            figures.push(
                figure
                    .must_be(limit)
                    .beside("speex with spandsp's concealment", peer),
            );
        }
        plots.push(plot(name, &journey, ours, theirs));
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

/// All packets that come, in order of arrival.
struct Journey {
    packets: Vec<Arrival>,
    /// From one packet to the next, by the receiver's clock.
    step_ms: f64,
}

impl Trace {
    fn journey(mut self) -> Journey {
        let step_ms = PACKET_MS as f64 * (1.0 - self.drift_ppm * 1e-6);
        let mut chance = Chance::new(99);
        let mut packets: Vec<Arrival> = (0..self.seconds * 50)
            .map(|number| Arrival {
                at_ms: number as f64 * step_ms + (self.delay_ms)(number),
                number,
            })
            .collect();
        packets.retain(|packet| packet.number == 0 || chance.uniform() >= self.loss);
        packets.sort_by(|a, b| a.at_ms.total_cmp(&b.at_ms));
        Journey { packets, step_ms }
    }
}

impl Journey {
    /// When a packet would have come at the soonest.
    fn soonest_ms(&self, number: usize) -> f64 {
        number as f64 * self.step_ms
    }

    /// When the last one comes.
    fn end_ms(&self) -> usize {
        self.packets
            .last()
            .map_or(0, |packet| packet.at_ms as usize)
    }
}

/// What became of one trace.
#[derive(Default)]
struct Outcome {
    /// (ms, delay in ms), every packet.
    delays: Vec<(f64, f64)>,
    late: usize,
    packets: usize,
    /// Milliseconds in which nothing was there to be played.
    gaps: usize,
    /// What is heard, with what is missing made up.
    heard: Vec<i16>,
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

    /// PESQ of what is heard after the beginning, its mean delay taken off.
    fn pesq(&self, said: &[i16]) -> Result<f64, String> {
        let start = SETTLED_MS * SECOND / 1_000;
        let delay = (self.mean_delay_ms() * SECOND as f64 / 1_000.0) as usize;
        let heard = &self.heard[start + delay..];
        let length = heard.len().min(JUDGED_S * SECOND);
        let said = said.iter().cycle().skip(start).take(length);
        let said: Vec<f32> = said.map(|&sample| f32::from(sample)).collect();
        let heard: Vec<f32> = heard[..length].iter().map(|&s| f32::from(s)).collect();
        Ok(judge(&said, &heard)?.pesq)
    }
}

fn packet_of(said: &[i16], number: usize) -> &[i16] {
    let from = number * PACKET % (SPEECH_S * SECOND);
    &said[from..from + PACKET]
}

fn ours(said: &[i16], journey: &Journey) -> Outcome {
    let mut buffer = JitterBuffer::new();
    let mut concealment = Concealment::default();
    let mut outcome = Outcome::default();
    let mut coming = journey.packets.iter().peekable();
    for now in 0..journey.end_ms() {
        let is_counted = now >= SETTLED_MS;
        while let Some(packet) = coming.next_if(|packet| packet.at_ms <= now as f64) {
            let timestamp = (packet.number * PACKET) as u32;
            let fate = buffer.put(timestamp, packet_of(said, packet.number));
            outcome.packets += usize::from(is_counted);
            outcome.late += usize::from(is_counted && fate == Fate::TooLate);
            // A packet whose start is over already tells nothing of the delay.
            let transit_ms = now as f64 - journey.soonest_ms(packet.number);
            let reserve_ms = f64::from(buffer.delay_ms());
            let last_ms = outcome
                .delays
                .last()
                .map_or(f64::INFINITY, |(_, delay)| *delay);
            if fate == Fate::Queued && (transit_ms <= last_ms || reserve_ms == 0.0) {
                outcome.delays.push((now as f64, transit_ms + reserve_ms));
            }
        }
        let block = buffer.take();
        outcome.gaps += usize::from(is_counted && block.is_none());
        outcome.heard.extend(match block {
            Some(block) => concealment.heard(block),
            None => {
                if let Some((gap, after)) = buffer.after_the_gap() {
                    concealment.bridge(gap, &after);
                }
                concealment.missing()
            }
        });
    }
    outcome
}

/// speex's jitter buffer, and spandsp's concealment, since speex has none of its own.
fn theirs(said: &[i16], journey: &Journey) -> Result<Outcome, String> {
    let mut buffer = speex_jitter::JitterBuffer::new(PACKET as u32)?;
    let mut concealment = spandsp::Concealment::new()?;
    let mut outcome = Outcome::default();
    let mut coming = journey.packets.iter().peekable();
    let mut played = 0;
    for now in (0..journey.end_ms()).step_by(PACKET_MS) {
        let is_counted = now >= SETTLED_MS;
        while let Some(packet) = coming.next_if(|packet| packet.at_ms <= now as f64) {
            buffer.put((packet.number * PACKET) as u32, packet.number as u16);
            outcome.packets += usize::from(is_counted);
        }
        let mut samples = [0; PACKET];
        let taken = buffer.take();
        if let Some(timestamp) = taken {
            let number = timestamp as usize / PACKET;
            let delay_ms = now as f64 - journey.soonest_ms(number);
            outcome.delays.push((now as f64, delay_ms));
            samples.copy_from_slice(packet_of(said, number));
            concealment.heard(&mut samples);
        } else {
            concealment.missing(&mut samples);
        }
        outcome.heard.extend(samples);
        if is_counted {
            played += usize::from(taken.is_some());
            outcome.gaps += if taken.is_none() { PACKET_MS } else { 0 };
        }
    }
    outcome.late = outcome.packets.saturating_sub(played);
    Ok(outcome)
}

fn plot(name: &str, journey: &Journey, ours: Outcome, theirs: Outcome) -> Plot {
    let thinned = |points: Vec<(f64, f64)>| {
        let step = points.len().div_ceil(POINTS).max(1);
        let points = points.into_iter().step_by(step);
        points.map(|(ms, delay)| (ms / 1_000.0, delay)).collect()
    };
    let network = journey.packets.iter().map(|packet| {
        let delay_ms = packet.at_ms - journey.soonest_ms(packet.number);
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
    let journey = traces().swap_remove(1).journey();
    let ns = ns_each(journey.packets.len(), || {
        let mut buffer = JitterBuffer::new();
        let mut coming = journey.packets.iter().peekable();
        for now in 0..journey.end_ms() {
            while let Some(packet) = coming.next_if(|packet| packet.at_ms <= now as f64) {
                let timestamp = (packet.number * PACKET) as u32;
                buffer.put(timestamp, packet_of(said, packet.number));
            }
            black_box(buffer.take());
        }
    });
    Figure::told("Gaussian 20 ms: cost of 20 ms", ns / 1_000.0, "us").must_be(Target::AtMost(1.5))
}
