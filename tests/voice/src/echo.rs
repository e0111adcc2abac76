//! The line echo canceller in the manner of G.168 §6, beside speexdsp's, on the eight echo paths of
//! Annex D. The whole table is `cargo bench -p hotline-dsp --bench g168`.

use std::hint::black_box;

use hotline_dsp::echo::{EchoCanceller, EchoSettings};
use hotline_dsp::engine::BLOCK;

use crate::figure::{Figure, Target};
use crate::hybrid::{Coding, Heard, MS, Path, SECOND, prompts};
use crate::peers::speex_echo;
use crate::section::{Curve, Plot, Section};
use crate::signal::g168::{CSS_C1, CSS_C3, PATHS, TEST_6_TONES};
use crate::signal::{Noise, composite_source, mix, silence, tone};
use crate::stopwatch::ns_each;

/// What is sent; the return loss of the hybrid; how far away it is; the tail.
const SENT_DBM0: f32 = -10.0;
const RETURN_LOSS_DB: f32 = 6.0;
const DELAY_MS: usize = 100;
const TAIL_MS: usize = 128;
/// Of a point in a plot.
const POINT: usize = SECOND / 10;
/// Of the noise on the line, for the suppressor's floor.
const NOISE_DBM0: f32 = -50.0;
/// 0.7 of what OSLEC was measured to take, for each tail (`OSLEC 9.7/11.5/16.6/28 us`).
const COSTS: [(usize, f64); 4] = [(16, 6.8), (32, 8.0), (64, 11.6), (128, 20.0)];

pub fn measure() -> Result<Section, String> {
    let mut plots = Vec::new();
    let mut figures = Vec::new();
    for row in ROWS {
        let (ours, theirs) = row.lived()?;
        figures.extend(row.figures(&ours, &theirs));
        plots.extend(row.plots(&ours, &theirs));
    }
    figures.extend(suppressed());
    figures.extend(costs()?);
    Ok(Section {
        title: "Line echo canceller",
        about: "Tail 128 ms, 100 ms before the hybrid, echo 6 dB weaker than what is sent (−10 dBm0); \
                means of eight paths, the worst in brackets. The suppressor is off. speexdsp works on \
                frames of 8 ms, which delay the call; ours delays nothing.",
        figures,
        plots,
    })
}

/// One thing that happens, and what is looked at.
struct Row {
    name: &'static str,
    coding: Coding,
    /// What is sent and what the near party says.
    says: fn() -> (Vec<f32>, Vec<f32>),
    /// When the next hybrid is switched in, or all of it away.
    changes_at: Option<(usize, After)>,
    looks: &'static [Look],
}

#[derive(Clone, Copy)]
enum After {
    NextPath,
    NoEcho,
}

/// A figure: its name and unit, how it is read, its target.
struct Look {
    name: &'static str,
    unit: &'static str,
    read: fn(&Heard) -> f32,
    target: Target,
    /// What OSLEC was measured to reach, of the kernel's source; it is not run here.
    oslec: &'static str,
}

const ROWS: &[Row] = &[
    Row {
        name: "2B, from nothing learnt",
        coding: Coding::ALaw,
        says: || alone(11),
        changes_at: None,
        looks: &[
            Look {
                name: "to 20 dB",
                unit: "s",
                read: |heard| heard.seconds_to(20.0, 0),
                target: Target::AtMost(0.6),
                oslec: "7.5, on four of eight never",
            },
            Look {
                name: "to 30 dB",
                unit: "s",
                read: |heard| heard.seconds_to(30.0, 0),
                target: Target::AtMost(1.2),
                oslec: "never",
            },
            Look {
                name: "after 10 s",
                unit: "dB",
                read: |heard| heard.erle_db(10 * SECOND, 11 * SECOND),
                target: Target::AtLeast(36.0),
                oslec: "17.7",
            },
        ],
    },
    Row {
        name: "path change after 5 s",
        coding: Coding::ALaw,
        says: || alone(10),
        changes_at: Some((5 * SECOND, After::NextPath)),
        looks: &[Look {
            name: "to 20 dB",
            unit: "s",
            read: |heard| heard.seconds_to(20.0, 5 * SECOND),
            target: Target::AtMost(0.8),
            oslec: "6.2, on six of eight never",
        }],
    },
    Row {
        name: "2C, noise 30 dB weaker",
        coding: Coding::Linear,
        says: || {
            let (far, mut near) = alone(6);
            Noise::new(5).add(&mut near, SENT_DBM0 - 30.0);
            (far, near)
        },
        changes_at: None,
        looks: &[Look {
            name: "after 5 s",
            unit: "dB",
            read: |heard| heard.erle_db(5 * SECOND, 6 * SECOND),
            target: Target::AtLeast(31.0),
            oslec: "15.5",
        }],
    },
    Row {
        name: "3A, cold start in double talk",
        coding: Coding::Linear,
        says: || (alone(6).0, near_css(6, -15.0)),
        changes_at: None,
        looks: &[Look {
            name: "after 5 s",
            unit: "dB",
            read: |heard| heard.erle_db(5 * SECOND, 6 * SECOND),
            target: Target::AtLeast(26.0),
            oslec: "9.7",
        }],
    },
    Row {
        name: "3B, double talk from 10 to 15 s",
        coding: Coding::Linear,
        says: || {
            let (far, mut near) = alone(15);
            near[10 * SECOND..].copy_from_slice(&near_css(5, 0.0));
            (far, near)
        },
        changes_at: None,
        looks: &[Look {
            name: "least in it",
            unit: "dB",
            read: |heard| heard.least_erle_db(10 * SECOND, 15 * SECOND),
            target: Target::AtLeast(38.0),
            oslec: "14.0",
        }],
    },
    Row {
        name: "speech, both from 10 to 50 s",
        coding: Coding::Linear,
        says: || {
            let (far, mut near, _) = prompts::two_parties(100 * SECOND, -16.0);
            near.truncate(56 * SECOND);
            near[..10 * SECOND].fill(0.0);
            near[50 * SECOND..].fill(0.0);
            (far[..56 * SECOND].to_vec(), near)
        },
        changes_at: None,
        looks: &[
            Look {
                name: "to 20 dB",
                unit: "s",
                read: |heard| heard.seconds_to(20.0, 0),
                target: Target::AtMost(2.0),
                oslec: "10.4",
            },
            Look {
                name: "in double talk",
                unit: "dB",
                read: |heard| heard.erle_db(10 * SECOND, 50 * SECOND),
                target: Target::AtLeast(35.0),
                oslec: "0.4",
            },
            Look {
                name: "2 s after it",
                unit: "dB",
                read: |heard| heard.erle_db(52 * SECOND, 55 * SECOND),
                target: Target::AtLeast(33.0),
                oslec: "4.5",
            },
        ],
    },
    Row {
        name: "4, silence for 120 s",
        coding: Coding::ALaw,
        says: || {
            let sent = [alone(10).0, silence(120 * SECOND), alone(1).0].concat();
            let near = silence(sent.len());
            (sent, near)
        },
        changes_at: None,
        looks: &[Look {
            name: "lost",
            unit: "dB",
            read: |heard| lost_between(heard, 10, 130),
            target: Target::AtMost(1.0),
            oslec: "0.0",
        }],
    },
    Row {
        name: "5, the hybrid is switched away",
        coding: Coding::ALaw,
        says: || alone(12),
        changes_at: Some((10 * SECOND, After::NoEcho)),
        looks: &[Look {
            name: "comes back after 1 s",
            unit: "dBm0",
            read: |heard| heard.peak_out_dbm0(11 * SECOND, 12 * SECOND),
            target: Target::AtMost(-60.0),
            oslec: "−31",
        }],
    },
    Row {
        name: "6, tones for 40 s",
        coding: Coding::ALaw,
        says: || {
            let sent = [alone(10).0, tones(), alone(1).0].concat();
            let near = silence(sent.len());
            (sent, near)
        },
        changes_at: None,
        looks: &[Look {
            name: "lost",
            unit: "dB",
            read: |heard| lost_between(heard, 10, 50),
            target: Target::AtMost(1.0),
            oslec: "none",
        }],
    },
];

/// The tones and pairs of test 6, 5 s each.
fn tones() -> Vec<f32> {
    let pair = |(low, high): (f32, f32)| {
        let mut sent = tone(low, SENT_DBM0, 0.0, 5 * SECOND);
        if high > 0.0 {
            mix(&mut sent, &tone(high, SENT_DBM0, 0.0, 5 * SECOND));
        }
        sent
    };
    TEST_6_TONES.into_iter().flat_map(pair).collect()
}

/// How much less of the echo is taken away just after a time than just before another: from when the
/// echo of what is sent then comes back, for until then that of what was sent before is heard.
fn lost_between(heard: &Heard, from: usize, to: usize) -> f32 {
    let window = 350 * MS;
    let before = heard.erle_db(from * SECOND - window, from * SECOND);
    let after = to * SECOND + DELAY_MS * MS;
    before - heard.erle_db(after, after + window)
}

fn alone(seconds: usize) -> (Vec<f32>, Vec<f32>) {
    let far = composite_source(&CSS_C1, seconds * SECOND, 1, SENT_DBM0);
    (far, silence(seconds * SECOND))
}

/// The near party, so much louder than what is sent.
fn near_css(seconds: usize, louder_db: f32) -> Vec<f32> {
    composite_source(&CSS_C3, seconds * SECOND, 2, SENT_DBM0 + louder_db)
}

impl Row {
    /// What passed ours and theirs, on each path.
    fn lived(&self) -> Result<(Vec<Heard>, Vec<Heard>), String> {
        let (far, near) = (self.says)();
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for model in 0..PATHS.len() {
            let line = self.line(&far, &near, model);
            ours.push(line.heard(&near, &our_output(&line)));
            theirs.push(line.heard(&near, &their_output(&line)?));
        }
        Ok((ours, theirs))
    }

    fn line(&self, far: &[f32], near: &[f32], model: usize) -> Line {
        let path = |n: usize| Path::new(&PATHS[n % PATHS.len()], RETURN_LOSS_DB, DELAY_MS);
        let first = path(model);
        let second = match self.changes_at {
            Some((_, After::NoEcho)) => Path::open(),
            _ => path(model + 1),
        };
        let sent: Vec<f32> = far.iter().map(|&sample| self.coding.pass(sample)).collect();
        let is_second = |n: usize| self.changes_at.is_some_and(|(at, _)| n >= at);
        let echo: Vec<f32> = (0..sent.len())
            .map(|n| if is_second(n) { &second } else { &first }.echo(&sent[..=n]))
            .collect();
        let came = echo.iter().zip(near);
        Line {
            received: came.map(|(e, n)| self.coding.pass(e + n) as i16).collect(),
            sent: sent.iter().map(|&sample| sample as i16).collect(),
            echo,
        }
    }

    fn figures(&self, ours: &[Heard], theirs: &[Heard]) -> Vec<Figure> {
        let figure = |look: &Look| {
            let [ours, theirs] =
                [ours, theirs].map(|of| of.iter().map(look.read).collect::<Vec<_>>());
            let mean = |of: &[f32]| f64::from(of.iter().sum::<f32>() / of.len() as f32);
            let worst = match look.target {
                Target::AtLeast(_) => ours.iter().copied().fold(f32::INFINITY, f32::min),
                _ => ours.iter().copied().fold(f32::NEG_INFINITY, f32::max),
            };
            let Self { name, .. } = self;
            let name = format!("{name}: {} [{worst:.1}] (OSLEC {})", look.name, look.oslec);
            Figure::told(name, mean(&ours), look.unit)
                .must_be(look.target)
                .beside("speexdsp", mean(&theirs))
        };
        self.looks.iter().map(figure).collect()
    }

    /// How much is taken away over time: ours on each path, and speexdsp's mean of all.
    fn plots(&self, ours: &[Heard], theirs: &[Heard]) -> Option<Plot> {
        let points = |heard: &Heard| -> Vec<(f64, f64)> {
            let end = heard.now() / POINT;
            let at =
                |n: usize| f64::from(heard.erle_db(n * POINT, (n + 1) * POINT)).clamp(-20.0, 70.0);
            (0..end).map(|n| (n as f64 / 10.0, at(n))).collect()
        };
        let mut curves: Vec<Curve> = ours
            .iter()
            .zip(&PATHS)
            .map(|(heard, path)| Curve {
                name: path.name.to_string(),
                points: points(heard),
            })
            .collect();
        let all: Vec<Vec<(f64, f64)>> = theirs.iter().map(points).collect();
        let mean = |n: usize| all.iter().map(|of| of[n].1).sum::<f64>() / all.len() as f64;
        curves.push(Curve {
            name: "speexdsp, mean".into(),
            points: all
                .first()?
                .iter()
                .enumerate()
                .map(|(n, (x, _))| (*x, mean(n)))
                .collect(),
        });
        Some(Plot {
            title: format!("{}: echo taken away", self.name),
            x: "s",
            y: "dB",
            curves,
        })
    }
}

/// Both directions of a line.
struct Line {
    sent: Vec<i16>,
    received: Vec<i16>,
    echo: Vec<f32>,
}

impl Line {
    fn heard(&self, near: &[f32], out: &[i16]) -> Heard {
        let out: Vec<f32> = out.iter().map(|&sample| f32::from(sample)).collect();
        Heard {
            echo: self.echo[..out.len()].to_vec(),
            left: out.iter().zip(near).map(|(out, near)| out - near).collect(),
            out,
        }
    }
}

fn settings(tail_ms: usize) -> EchoSettings {
    EchoSettings {
        tail_ms: tail_ms as u16,
        suppress: false,
    }
}

fn our_output(line: &Line) -> Vec<i16> {
    through(&mut EchoCanceller::new(settings(TAIL_MS)), line)
}

fn through(canceller: &mut EchoCanceller, line: &Line) -> Vec<i16> {
    let sent = line.sent.as_chunks::<BLOCK>().0;
    let blocks = sent.iter().zip(line.received.as_chunks::<BLOCK>().0);
    blocks
        .flat_map(|(sent, received)| canceller.process(sent, received))
        .collect()
}

fn their_output(line: &Line) -> Result<Vec<i16>, String> {
    let mut canceller = speex_echo::EchoCanceller::new(TAIL_MS * BLOCK)?;
    let sent = line.sent.as_chunks::<{ speex_echo::FRAME }>().0;
    let frames = sent
        .iter()
        .zip(line.received.as_chunks::<{ speex_echo::FRAME }>().0);
    Ok(frames
        .flat_map(|(sent, received)| canceller.process(sent, received))
        .collect())
}

/// Test 2A and the floor: with the suppressor, what is left of the echo alone, and how far the noise
/// that is put in is from the line's own.
fn suppressed() -> [Figure; 2] {
    let heard = |noise: Option<f32>| -> Vec<Heard> {
        let (far, mut near) = alone(10);
        if let Some(level) = noise {
            Noise::new(6).add(&mut near, level);
        }
        let lived = |model| {
            let line = ROWS[0].line(&far, &near, model);
            let mut canceller = EchoCanceller::new(EchoSettings {
                suppress: true,
                ..settings(TAIL_MS)
            });
            line.heard(&near, &through(&mut canceller, &line))
        };
        (0..PATHS.len()).map(lived).collect()
    };
    let most = |heard: Vec<Heard>, read: fn(&Heard) -> f32| {
        f64::from(heard.iter().map(read).fold(-100.0, f32::max))
    };
    let peak = most(heard(None), |heard| {
        heard.peak_out_dbm0(SECOND, 10 * SECOND)
    });
    let off = most(heard(Some(NOISE_DBM0)), |heard| {
        (heard.out_dbm0(5 * SECOND, 10 * SECOND) - NOISE_DBM0).abs()
    });
    [
        Figure::told(
            "2A, suppressor on: peak of what is left from 1 to 10 s, worst path (OSLEC −34.8 at 32 ms)",
            peak,
            "dBm0",
        )
        .must_be(Target::AtMost(-65.0)),
        Figure::told(
            "suppressor on, noise of −50 dBm0 on the line: floor off by, worst path",
            off,
            "dB",
        )
        .must_be(Target::AtMost(2.0)),
    ]
}

/// What 20 ms cost, with one party speaking; ours with its suppressor.
fn costs() -> Result<Vec<Figure>, String> {
    let (far, near) = alone(10);
    let line = ROWS[0].line(&far, &near, 0);
    let frames = (far.len() / 160) as f64;
    let mut figures = Vec::new();
    for (tail_ms, target) in COSTS {
        let mut ours = EchoCanceller::new(EchoSettings {
            suppress: true,
            ..settings(tail_ms)
        });
        let mut theirs = speex_echo::EchoCanceller::new(tail_ms * BLOCK)?;
        let our_ns = ns_each(1, || {
            let sent = line.sent.as_chunks::<BLOCK>().0;
            for (sent, received) in sent.iter().zip(line.received.as_chunks::<BLOCK>().0) {
                black_box(ours.process(sent, received));
            }
        });
        let their_ns = ns_each(1, || {
            let sent = line.sent.as_chunks().0;
            for (sent, received) in sent.iter().zip(line.received.as_chunks().0) {
                black_box(theirs.process(sent, received));
            }
        });
        let name = format!("tail {tail_ms} ms: 20 ms");
        figures.push(
            Figure::told(name, our_ns / frames / 1000.0, "us")
                .must_be(Target::AtMost(target))
                .beside("speexdsp", their_ns / frames / 1000.0),
        );
    }
    Ok(figures)
}
