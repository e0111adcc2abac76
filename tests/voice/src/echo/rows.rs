//! What is looked at: the rows of G.168 §6 and their like, each with its target.

use crate::figure::Target::{self, AtLeast, AtMost};
use crate::hybrid::{Coding, Heard, MS, SECOND, prompts};
use crate::signal::g168::{CSS_C1, CSS_C3, TEST_6_TONES};
use crate::signal::{Noise, composite_source, mix, silence, tone};

use super::{DELAY_MS, SENT_DBM0, SHORT_TAIL_MS, TAIL_MS};

/// One thing that happens, and what is looked at.
pub(super) struct Row {
    pub name: &'static str,
    pub coding: Coding,
    pub tail_ms: usize,
    /// What is sent and what the near party says.
    pub says: fn() -> (Vec<f32>, Vec<f32>),
    /// When the next hybrid is switched in, or all of it away.
    pub changes_at: Option<(usize, After)>,
    pub looks: &'static [Look],
}

#[derive(Clone, Copy)]
pub(super) enum After {
    NextPath,
    NoEcho,
}

/// A figure: its name and unit, how it is read, its target for the mean of the paths.
pub(super) struct Look {
    pub name: &'static str,
    pub unit: &'static str,
    pub read: fn(&Heard) -> f32,
    pub target: Target,
    /// What the worst of the paths must reach.
    pub worst: Option<Target>,
    /// What OSLEC was measured to reach, of the kernel's source; it is not run here.
    pub oslec: &'static str,
}

impl Row {
    /// How far away the hybrid is: as far as the longest tail allows, or next door.
    pub fn delay_ms(&self) -> usize {
        if self.tail_ms == TAIL_MS { DELAY_MS } else { 0 }
    }

    const fn new(name: &'static str, coding: Coding, says: Says, looks: &'static [Look]) -> Self {
        Self {
            name,
            coding,
            tail_ms: TAIL_MS,
            says,
            changes_at: None,
            looks,
        }
    }

    const fn changing(mut self, at: usize, after: After) -> Self {
        self.changes_at = Some((at, after));
        self
    }

    const fn with_tail(mut self, tail_ms: usize) -> Self {
        self.tail_ms = tail_ms;
        self
    }
}

type Says = fn() -> (Vec<f32>, Vec<f32>);
type Read = fn(&Heard) -> f32;

impl Look {
    const fn new(name: &'static str, unit: &'static str, read: Read, target: Target) -> Self {
        Self {
            name,
            unit,
            read,
            target,
            worst: None,
            oslec: "",
        }
    }

    const fn worst(mut self, target: Target) -> Self {
        self.worst = Some(target);
        self
    }

    const fn oslec(mut self, figure: &'static str) -> Self {
        self.oslec = figure;
        self
    }
}

const FROM_NOTHING: Says = || alone(11);

pub(super) const ROWS: &[Row] = &[
    Row::new(
        "2B, from nothing learnt",
        Coding::ALaw,
        FROM_NOTHING,
        &[
            Look::new(
                "to 20 dB",
                "s",
                |heard| heard.seconds_to(20.0, 0),
                AtMost(0.6),
            )
            .worst(AtMost(0.9))
            .oslec("7.5, on four of eight never"),
            Look::new(
                "to 30 dB",
                "s",
                |heard| heard.seconds_to(30.0, 0),
                AtMost(1.2),
            )
            .worst(AtMost(1.5))
            .oslec("never"),
            Look::new(
                "after 10 s",
                "dB",
                |heard| erle(heard, 10, 11),
                AtLeast(36.0),
            )
            .oslec("17.7"),
        ],
    ),
    Row::new(
        "2B with a tail of 32 ms and the hybrid near",
        Coding::ALaw,
        FROM_NOTHING,
        &[
            Look::new(
                "to 20 dB",
                "s",
                |heard| heard.seconds_to(20.0, 0),
                AtMost(0.23),
            )
            .oslec("0.59"),
            Look::new(
                "after 10 s",
                "dB",
                |heard| erle(heard, 10, 11),
                AtLeast(35.1),
            )
            .oslec("25.8"),
        ],
    )
    .with_tail(SHORT_TAIL_MS),
    Row::new(
        "path change after 5 s",
        Coding::ALaw,
        || alone(10),
        &[Look::new(
            "to 20 dB",
            "s",
            |heard| heard.seconds_to(20.0, 5 * SECOND),
            AtMost(0.8),
        )
        .worst(AtMost(1.2))
        .oslec("6.2, on six of eight never")],
    )
    .changing(5 * SECOND, After::NextPath),
    Row::new(
        "2C, noise 30 dB weaker",
        Coding::Linear,
        || {
            let (far, mut near) = alone(6);
            Noise::new(5).add(&mut near, SENT_DBM0 - 30.0);
            (far, near)
        },
        &[Look::new("after 5 s", "dB", |heard| erle(heard, 5, 6), AtLeast(31.0)).oslec("15.5")],
    ),
    Row::new(
        "3A, cold start in double talk",
        Coding::Linear,
        || (alone(6).0, near_css(6, -15.0)),
        &[Look::new("after 5 s", "dB", |heard| erle(heard, 5, 6), AtLeast(26.0)).oslec("9.7")],
    ),
    Row::new(
        "3B, double talk from 10 to 15 s",
        Coding::Linear,
        || {
            let (far, mut near) = alone(15);
            near[10 * SECOND..].copy_from_slice(&near_css(5, 0.0));
            (far, near)
        },
        &[
            Look::new("least in it", "dB", least_in_double_talk, AtLeast(38.0)).oslec("14.0"),
            Look::new(
                "lost in it",
                "dB",
                |heard| erle(heard, 9, 10) - least_in_double_talk(heard),
                AtMost(1.0),
            )
            .oslec("none"),
        ],
    ),
    Row::new(
        "speech of one party",
        Coding::Linear,
        || {
            let (far, _, _) = prompts::two_parties(100 * SECOND, -16.0);
            (far[..50 * SECOND].to_vec(), silence(50 * SECOND))
        },
        &[
            Look::new(
                "to 20 dB",
                "s",
                |heard| heard.seconds_to(20.0, 0),
                AtMost(2.0),
            )
            .oslec("10.4"),
            Look::new(
                "40 to 50 s",
                "dB",
                |heard| erle(heard, 40, 50),
                AtLeast(36.0),
            )
            .oslec("27.1"),
        ],
    ),
    Row::new(
        "speech, both from 10 to 50 s",
        Coding::Linear,
        || {
            let (far, mut near, _) = prompts::two_parties(100 * SECOND, -16.0);
            near.truncate(56 * SECOND);
            near[..10 * SECOND].fill(0.0);
            near[50 * SECOND..].fill(0.0);
            (far[..56 * SECOND].to_vec(), near)
        },
        &[
            Look::new(
                "in double talk",
                "dB",
                |heard| erle(heard, 10, 50),
                AtLeast(35.0),
            )
            .worst(AtLeast(27.0))
            .oslec("0.4"),
            Look::new(
                "2 s after it",
                "dB",
                |heard| erle(heard, 52, 55),
                AtLeast(33.0),
            )
            .oslec("4.5"),
        ],
    ),
    Row::new(
        "4, silence for 120 s",
        Coding::ALaw,
        || {
            let sent = [alone(10).0, silence(120 * SECOND), alone(1).0].concat();
            let near = silence(sent.len());
            (sent, near)
        },
        &[Look::new(
            "lost",
            "dB",
            |heard| lost_between(heard, 10, 130),
            AtMost(1.0),
        )
        .oslec("0.0")],
    ),
    Row::new(
        "5, the hybrid is switched away",
        Coding::ALaw,
        || alone(12),
        &[Look::new(
            "comes back after 1 s",
            "dBm0",
            |heard| heard.peak_out_dbm0(11 * SECOND, 12 * SECOND),
            AtMost(-60.0),
        )
        .oslec("−31")],
    )
    .changing(10 * SECOND, After::NoEcho),
    Row::new(
        "6, tones for 40 s",
        Coding::ALaw,
        || {
            let sent = [alone(10).0, tones(), alone(1).0].concat();
            let near = silence(sent.len());
            (sent, near)
        },
        &[Look::new(
            "lost",
            "dB",
            |heard| lost_between(heard, 10, 50),
            AtMost(1.0),
        )
        .oslec("none")],
    ),
];

/// How much of the echo is taken away between two seconds.
fn erle(heard: &Heard, from: usize, to: usize) -> f32 {
    heard.erle_db(from * SECOND, to * SECOND)
}

fn least_in_double_talk(heard: &Heard) -> f32 {
    heard.least_erle_db(10 * SECOND, 15 * SECOND)
}

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

pub(super) fn alone(seconds: usize) -> (Vec<f32>, Vec<f32>) {
    let far = composite_source(&CSS_C1, seconds * SECOND, 1, SENT_DBM0);
    (far, silence(seconds * SECOND))
}

/// The near party, so much louder than what is sent.
fn near_css(seconds: usize, louder_db: f32) -> Vec<f32> {
    composite_source(&CSS_C3, seconds * SECOND, 2, SENT_DBM0 + louder_db)
}
