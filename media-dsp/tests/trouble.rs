//! Bad input through the whole engine: echo canceller, noise suppression, gain control, jitter buffer,
//! concealment and mixer together. Whatever comes on one channel, within a second of its end its party
//! is heard as if nothing had been, then silence is silence; the parties beside it hear no more than
//! the trouble itself.

mod signal;
mod studio;

use hotline_dsp::engine::{
    BLOCK, Channel, Command, EchoSettings, Engine, EngineConfig, Law, StreamPacket, VoiceSettings,
};
use hotline_dsp::gain_control::GainControlSettings;
use hotline_dsp::level::dbm0;
use hotline_dsp::noise::NoiseSettings;
use signal::{Noise, power, voice};
use studio::{Studio, config, line, packet, stream};

const SECOND: usize = 8000;
/// Good, trouble, good, silence: when each ends, in ms.
const GOOD: u32 = 3_000;
const TROUBLE: u32 = GOOD + 2_000;
const AGAIN: u32 = TROUBLE + 2_500;
const END: u32 = AGAIN + 1_500;

/// All that may be in the way, all at its most.
fn bettered() -> EngineConfig {
    let voice = VoiceSettings {
        noise: NoiseSettings::Strong,
        level: Some(GainControlSettings::default()),
    };
    EngineConfig {
        voice_of_lines: voice,
        voice_of_streams: voice,
        echo: EchoSettings {
            suppress: true,
            ..EchoSettings::default()
        },
        ..config()
    }
}

/// What line 0 says instead of its voice.
type Said = fn(usize) -> i16;
/// What the network makes of the packet of these 20 ms of stream 0: what comes of it, and when.
type Sent = fn(u32, StreamPacket, &mut Noise) -> Vec<(u32, StreamPacket)>;

enum Trouble {
    None,
    Line(Said),
    Network(Sent),
}

fn square(n: usize) -> i16 {
    if (n / 4).is_multiple_of(2) {
        i16::MAX
    } else {
        i16::MIN
    }
}

const TROUBLES: [(&str, Trouble); 16] = [
    ("square", Trouble::Line(square)),
    ("direct current", Trouble::Line(|_| i16::MIN)),
    ("silence", Trouble::Line(|_| 0)),
    (
        "least samples",
        Trouble::Line(|n| if n % 2 == 0 { 8 } else { -8 }),
    ),
    (
        // It ends in time: what it has taken out comes back after 250 ms of silence (G.168 §7.4).
        "answer tone",
        Trouble::Line(|n| {
            let turns = (n as f64 * 2100.0 / 8000.0).fract();
            let sounds = n < (TROUBLE as usize - 400) * BLOCK;
            if sounds {
                ((turns * std::f64::consts::TAU).sin() * 8000.0) as i16
            } else {
                0
            }
        }),
    ),
    (
        "a third lost",
        Trouble::Network(|at, packet, random| {
            let is_lost = random.next_u32() % 10 < 3;
            if is_lost { vec![] } else { vec![(at, packet)] }
        }),
    ),
    ("all lost", Trouble::Network(|_, _, _| vec![])),
    (
        "disorder",
        Trouble::Network(|at, packet, random| vec![(at + random.next_u32() % 60, packet)]),
    ),
    (
        "doubles",
        Trouble::Network(|at, packet, random| {
            vec![(at, packet.clone()), (at + random.next_u32() % 100, packet)]
        }),
    ),
    (
        "cut short",
        Trouble::Network(|at, mut packet, random| {
            packet.payload.truncate(random.next_u32() as usize % 161);
            vec![(at, packet)]
        }),
    ),
    (
        "another sender",
        Trouble::Network(|at, mut packet, _| {
            packet.ssrc = 1234;
            packet.timestamp = packet.timestamp.wrapping_add(1 << 30);
            packet.sequence = packet.sequence.wrapping_add(30_000);
            vec![(at, packet)]
        }),
    ),
    (
        "two senders in turn",
        Trouble::Network(|at, packet, _| {
            let mut other = packet.clone();
            other.ssrc = 77;
            other.sequence = other.sequence.wrapping_add(20_000);
            other.timestamp = other.timestamp.wrapping_sub(1 << 28);
            vec![(at, other), (at, packet)]
        }),
    ),
    (
        "jumps of time",
        Trouble::Network(|at, mut packet, random| {
            if random.next_u32().is_multiple_of(8) {
                packet.timestamp = random.next_u32();
            }
            vec![(at, packet)]
        }),
    ),
    (
        "drift of one per cent",
        Trouble::Network(|at, packet, _| vec![(at + (at - GOOD) / 100, packet)]),
    ),
    (
        "a stall",
        Trouble::Network(|at, packet, _| vec![(at.max(TROUBLE - 20), packet)]),
    ),
    (
        "loud comfort noise and unknown payloads",
        Trouble::Network(|at, mut packet, random| {
            packet.payload_type = [13, 96, 18, 127][random.next_u32() as usize % 4];
            packet.payload.truncate(1 + random.next_u32() as usize % 12);
            packet.payload[0] = 0;
            vec![(at, packet)]
        }),
    ),
];

/// What was heard of line 0 by stream 1, and of stream 0 by line 1.
struct Heard {
    of_line: Vec<f32>,
    of_stream: Vec<f32>,
}

fn call(trouble: &Trouble) -> Heard {
    let mut studio = Studio::with(bettered());
    for n in 2..4 {
        let (channel, in_use) = (line(n), false);
        studio.apply(Command::LineInUse { channel, in_use });
        let channel = stream(n);
        studio.apply(Command::CloseStream { channel });
    }
    studio.join(&[line(0), stream(1)]);
    studio.join(&[line(1), stream(0)]);
    let voices = [
        voice(31, AGAIN as usize * BLOCK, -20.0),
        voice(32, AGAIN as usize * BLOCK, -20.0),
    ];
    let sample = |party: usize, at: usize| voices[party].get(at).map_or(0, |&s| s as i16);
    let mut random = Noise::new(5);
    let mut coming: Vec<(u32, StreamPacket)> = Vec::new();
    let mut of_stream = Vec::new();
    for now in 0..END {
        let in_trouble = (GOOD..TROUBLE).contains(&now);
        let at = now as usize * BLOCK;
        studio.lines_in[0] = std::array::from_fn(|n| match trouble {
            Trouble::Line(said) if in_trouble => said(at + n),
            _ => sample(0, at + n),
        });
        if now % 20 == 0 {
            let payload: Vec<u8> = (0..160).map(|n| Law::A.encode(sample(1, at + n))).collect();
            let packet = packet(stream(0), 8, (now / 20) as u16, now * 8, &payload);
            match trouble {
                Trouble::Network(sent) if in_trouble => {
                    coming.extend(sent(now, packet, &mut random))
                }
                _ => coming.push((now, packet)),
            }
        }
        coming.retain(|(due, packet)| {
            let is_due = *due <= now;
            if is_due {
                studio.engine.receive(packet);
            }
            !is_due
        });
        studio.tick();
        of_stream.extend(studio.lines_out[1].map(f32::from));
        look(&studio.engine);
    }
    let of_line = studio
        .sent_to(stream(1))
        .into_iter()
        .map(f32::from)
        .collect();
    Heard { of_line, of_stream }
}

/// Every figure is a number, in every millisecond.
fn look(engine: &Engine) {
    for n in 0..2 {
        let level = engine.line_level(line(n)).expect("a line");
        let erle = engine
            .echo_return_loss_enhancement(line(n))
            .expect("a line");
        assert!(
            level.is_finite() && (-96.0..=7.0).contains(&level),
            "{level} dBm0"
        );
        assert!(erle.is_finite(), "{erle} dB");
        assert!(engine.stream_quality(stream(n)).delay_ms <= 512);
    }
}

fn part(samples: &[f32], ms: std::ops::Range<u32>) -> &[f32] {
    let end = (ms.end as usize * BLOCK).min(samples.len());
    &samples[ms.start as usize * BLOCK..end]
}

/// How alike two stretches are, whatever their loudness: the mean over parts of 100 ms, each at the
/// best of delays up to 200 ms either way, for the delay may be changing yet.
fn likeness(wanted: &[f32], got: &[f32]) -> f32 {
    let (most, length) = (200 * BLOCK, 100 * BLOCK);
    let starts = (most..wanted.len() - length - most).step_by(length);
    let parts = starts.map(|start| {
        let wanted = &wanted[start..start + length];
        let alike = |at: usize| {
            let got = &got[at..at + length];
            let product: f32 = wanted.iter().zip(got).map(|(a, b)| a * b).sum();
            product / (power(wanted) * power(got)).sqrt().max(1e-9) / length as f32
        };
        (start - most..start + most).map(alike).fold(-1.0, f32::max)
    });
    let parts: Vec<f32> = parts.collect();
    parts.iter().sum::<f32>() / parts.len() as f32
}

/// P.56's idea: the level of what is not a pause.
fn speech_dbm0(samples: &[f32]) -> f32 {
    let mean = power(samples);
    let loud = samples.chunks(80).filter(|part| power(part) > mean / 40.0);
    dbm0(power(&loud.flatten().copied().collect::<Vec<_>>()))
}

fn check(what: &str, wanted: &[f32], got: &[f32]) {
    let after = TROUBLE + 1_000..AGAIN;
    let (wanted, again) = (part(wanted, after.clone()), part(got, after));
    let off_db = speech_dbm0(again) - speech_dbm0(wanted);
    assert!(off_db.abs() < 3.0, "{what}: {off_db} dB off a second later");
    let alike = likeness(wanted, again);
    assert!(alike > 0.9, "{what}: {alike} alike a second later");
    let rest = part(got, AGAIN + 1_000..END);
    let peak = rest.iter().fold(0.0f32, |most, s| most.max(s.abs()));
    assert!(peak <= 24.0, "{what}: {peak} in silence");
}

fn as_if_nothing_had_been(troubles: &[(&str, Trouble)]) {
    let undisturbed = call(&Trouble::None);
    for (what, trouble) in troubles {
        let heard = call(trouble);
        check(what, &undisturbed.of_line, &heard.of_line);
        check(what, &undisturbed.of_stream, &heard.of_stream);
        let beside = match trouble {
            Trouble::Line(_) => (&heard.of_stream, &undisturbed.of_stream),
            _ => (&heard.of_line, &undisturbed.of_line),
        };
        assert!(
            beside.0 == beside.1,
            "{what}: the call beside it is not as ever"
        );
        let loudest = part(&heard.of_stream, GOOD..TROUBLE)
            .chunks(80)
            .map(power)
            .fold(0.0, f32::max);
        assert!(dbm0(loudest) < 0.0, "{what}: {} dBm0", dbm0(loudest));
    }
}

#[test]
fn a_second_after_trouble_of_a_line_all_is_as_if_nothing_had_been() {
    as_if_nothing_had_been(&TROUBLES[..5]);
}

#[test]
fn a_second_after_packets_were_lost_or_spoilt_all_is_as_if_nothing_had_been() {
    as_if_nothing_had_been(&TROUBLES[5..10]);
}

#[test]
fn a_second_after_packets_were_of_others_or_of_another_time_all_is_as_if_nothing_had_been() {
    as_if_nothing_had_been(&TROUBLES[10..]);
}

/// After voices, silence: what is left in filters and estimates falls for ever, and no processor is
/// quick with numbers below the normal ones. All of the state is looked at, by its debug output.
#[test]
fn a_minute_of_silence_leaves_no_number_that_is_slow_to_reckon_with() {
    for law in [Law::A, Law::Mu] {
        let mut studio = Studio::with(EngineConfig {
            lines: 2,
            streams: 2,
            line_law: law,
            ..bettered()
        });
        let said = voice(41, 3 * SECOND, -16.0);
        let octets = |at: usize| -> [u8; BLOCK] {
            std::array::from_fn(|n| law.encode(said.get(at + n).map_or(0, |&s| s as i16)))
        };
        let stream = Channel(2);
        studio.join(&[line(0), stream]);
        let mut out = [[law.silence(); BLOCK]; 2];
        for now in 0..63_000u32 {
            let at = now as usize * BLOCK;
            if now % 20 == 0 {
                let payload: Vec<u8> = (0..20).flat_map(|n| octets(at + n * BLOCK)).collect();
                let packet = packet(
                    stream,
                    law.payload_type(),
                    (now / 20) as u16,
                    now * 8,
                    &payload,
                );
                studio.engine.receive(&packet);
            }
            studio
                .engine
                .tick(&[octets(at), out[0]], &mut out, &mut studio.shelf);
            let is_looked_at = now % 1000 == 999 || (3_000..5_000).contains(&now) && now % 50 == 0;
            if is_looked_at {
                let state = format!("{:?}", studio.engine);
                let slow = subnormal(&state);
                assert!(slow.is_empty(), "{law:?}, after {now} ms: {slow:?}");
            }
        }
    }
}

/// The fields with numbers below the normal ones.
fn subnormal(text: &str) -> std::collections::BTreeSet<&str> {
    let is_of_number = |c: char| c.is_ascii_digit() || matches!(c, '.' | '-' | 'e');
    let is_other = |c: char| !is_of_number(c);
    let slow = text.match_indices("e-").filter_map(|(at, _)| {
        let start = text[..at].rfind(is_other)? + 1;
        let length = text[start..].find(is_other)?;
        let number: f32 = text[start..start + length].parse().ok()?;
        number.is_subnormal().then_some(start)
    });
    let field = |at: usize| {
        let end = text[..at].rfind(": ").unwrap_or(0);
        let start = text[..end].rfind([' ', '{', '(']).map_or(0, |at| at + 1);
        &text[start..end]
    };
    slow.map(field).collect()
}
