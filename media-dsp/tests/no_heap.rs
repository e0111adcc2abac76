//! No heap after `Engine::new`: a counting allocator, armed on this thread around every call.
#![allow(
    unsafe_code,
    reason = "an allocator is an unsafe trait; this is the only one here"
)]

mod signal;
mod studio;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::Arc;

use heapless::Vec as Bounded;
use hotline_dsp::comfort_noise::{
    ComfortNoise, ComfortNoiseAnalyser, ComfortNoiseGenerator, MAX_ORDER,
};
use hotline_dsp::concealment::Concealment;
use hotline_dsp::engine::{
    BLOCK, Clip, Command, Engine, EngineConfig, Event, Law, RecordedBlock, Sink, Source,
    StreamFrame, StreamPacket, VoiceSettings,
};
use hotline_dsp::gain_control::{GainControl, GainControlSettings};
use hotline_dsp::jitter::JitterBuffer;
use hotline_dsp::noise::{NoiseSettings, NoiseSuppressor};
use hotline_dsp::resample::{Down, Rate, Up};
use hotline_dsp::vad::{VadSettings, VoiceActivityDetector};
use signal::{Noise, blocks, tone, voice};
use studio::{LINES, STREAMS, config, line, stream, voice_packet};

struct Counting;

thread_local! {
    static ARMED: Cell<bool> = const { Cell::new(false) };
    static COUNT: Cell<u32> = const { Cell::new(0) };
}

fn count() {
    if ARMED.get() {
        COUNT.set(COUNT.get() + 1);
    }
}

// SAFETY: every call is passed on unchanged to the system's allocator, which keeps the contract of
// the trait; counting touches only two thread-local cells without a destructor.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller keeps the promises of `GlobalAlloc::alloc`, the same as here.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count();
        // SAFETY: `pointer` came from `System` with this layout, as the caller promises.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        // SAFETY: `pointer` came from `System` with this layout, as the caller promises.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Runs with the allocator armed.
fn armed<T>(run: impl FnOnce() -> T) -> T {
    ARMED.set(true);
    let result = run();
    ARMED.set(false);
    result
}

/// Takes everything without heap of its own: counts, and a ring for clips.
#[derive(Default)]
struct Counts {
    events: u32,
    refused: u32,
    frames: u32,
    recorded: u32,
    clips: heapless::Deque<Clip, 64>,
}

impl Sink for Counts {
    fn event(&mut self, event: Event) {
        self.events += 1;
        self.refused += u32::from(matches!(event, Event::CommandRefused { .. }));
    }

    fn frame(&mut self, _: StreamFrame) {
        self.frames += 1;
    }

    fn recorded(&mut self, _: &RecordedBlock) {
        self.recorded += 1;
    }

    fn retire(&mut self, clip: Clip) -> Result<(), Clip> {
        self.clips.push_back(clip)
    }
}

#[test]
fn the_allocator_counts_what_is_allocated() {
    COUNT.set(0);
    armed(|| drop(std::hint::black_box(vec![1u8; 100])));
    assert_eq!(COUNT.get(), 2);
}

/// Everything that may happen to a channel in one millisecond, chosen by chance.
fn command(random: &mut Noise, clip: &Clip) -> Command {
    let any = |random: &mut Noise| {
        hotline_dsp::engine::Channel(random.next_u32() as u16 % (LINES + STREAMS + 1))
    };
    let channel = any(random);
    let number = u64::from(random.next_u32() % 6);
    match random.next_u32() % 20 {
        0..5 => Command::Hear {
            channel,
            from: (0..random.next_u32() % 8)
                .map(|_| Source {
                    channel: any(random),
                    gain_db: random.next_u32() as i8,
                })
                .collect(),
        },
        5..8 => {
            let clips: Bounded<Clip, 16> = (0..=number).map(|_| clip.clone()).collect();
            Command::Play {
                channel,
                playback: number,
                clips,
                repeat: number % 2 == 0,
                over: number % 3 == 0,
            }
        }
        8 => Command::StopPlayback { channel },
        9 => Command::SetGain {
            channel,
            gain_db: number as f32 * 4.0 - 12.0,
        },
        10 => Command::OpenStream {
            channel,
            law: Law::A,
            event_payload_type: Some(101),
        },
        11 => Command::PauseStream {
            channel,
            paused: number % 2 == 0,
        },
        12 if number == 0 => Command::CloseStream { channel },
        12 => Command::LineInUse {
            channel,
            in_use: number > 1,
        },
        13 => Command::ReceiveCallerId {
            channel,
            on: number % 2 == 0,
        },
        14 => Command::Record {
            recording: number,
            a: channel,
            b: any(random),
        },
        15 => Command::RetargetRecording {
            recording: number,
            b: Some(any(random)),
            c: (number % 2 == 0).then(|| any(random)),
            also: (0..random.next_u32() % 4).map(|_| any(random)).collect(),
        },
        16 => Command::PauseRecording {
            recording: number,
            paused: channel.0 % 2 == 0,
        },
        17..19 => of_the_chain(number, channel),
        _ => Command::StopRecording { recording: number },
    }
}

/// The chain of a channel changes.
fn of_the_chain(number: u64, channel: hotline_dsp::engine::Channel) -> Command {
    let on = channel.0.is_multiple_of(2);
    match number {
        0 => Command::MeasureLine { channel, on },
        2 => Command::CancelEcho { channel, on },
        4 => Command::ListenForProgress { channel, on },
        _ => Command::SetVoice {
            channel,
            voice: VoiceSettings {
                noise: [NoiseSettings::Off, NoiseSettings::Medium][usize::from(number > 1)],
                level: (number > 3).then(GainControlSettings::default),
            },
        },
    }
}

/// A packet of voice, of a key or of a pause, now and then lost, doubled, late, cut short or from
/// another sender.
fn packet(random: &mut Noise, ms: u32, n: u16) -> StreamPacket {
    let mut packet = voice_packet(stream(n), (ms / 20) as u16, |at| ((at * 977) % 6000) as i16);
    match random.next_u32() % 40 {
        0 => packet.sequence = packet.sequence.wrapping_sub(3),
        1 => packet.timestamp = random.next_u32(),
        2 => packet.ssrc = random.next_u32() % 2,
        8 => packet.payload.truncate(random.next_u32() as usize % 160),
        9 => {
            packet.payload_type = 13;
            packet.payload = Bounded::from_slice(&[40, 100, 130]).expect("short");
        }
        3..8 => {
            packet.payload_type = 101;
            packet.payload = Bounded::from_slice(&[(ms % 16) as u8, 0x8A, 3, 0]).expect("short");
        }
        _ => {}
    }
    packet
}

/// All that is read of an engine.
fn look(engine: &Engine) {
    for n in 0..STREAMS {
        std::hint::black_box(engine.stream_quality(stream(n)));
    }
    for n in 0..LINES {
        std::hint::black_box(engine.line_slips(line(n)));
        std::hint::black_box(engine.line_level(line(n)));
        std::hint::black_box(engine.echo_return_loss_enhancement(line(n)));
    }
}

#[test]
fn five_busy_minutes_take_nothing_from_the_heap() {
    let mut random = Noise::new(1);
    let mut engine = Engine::new(EngineConfig {
        own_clock: 1,
        ..config()
    });
    let mut sink = Counts::default();
    let clip: Clip = voice(1, 3000, -12.0)
        .iter()
        .map(|s| *s as i16)
        .collect::<Vec<_>>()
        .into();
    let mut near: Vec<f32> = voice(2, 20 * 8000, -14.0);
    signal::mix(&mut near[8000..], &tone(770.0, -10.0, 0.0, 800));
    signal::mix(&mut near[8000..], &tone(1336.0, -10.0, 0.0, 800));
    let near: Vec<[u8; BLOCK]> = blocks(&near).map(|b| b.map(|s| Law::A.encode(s))).collect();
    let mut out = [[0; BLOCK]; LINES as usize];
    COUNT.set(0);
    for n in 0..LINES {
        armed(|| {
            engine.apply(
                Command::LineInUse {
                    channel: line(n),
                    in_use: true,
                },
                &mut sink,
            )
        });
    }
    for ms in 0..300_000u32 {
        if random.next_u32().is_multiple_of(50) {
            let command = command(&mut random, &clip);
            armed(|| engine.apply(command, &mut sink));
        }
        if ms % 20 == 0 {
            for n in 0..STREAMS {
                let packet = packet(&mut random, ms, n);
                armed(|| engine.receive(&packet));
            }
        }
        let says = near[ms as usize % near.len()];
        let lines_in = [says, out[1], says, out[3]];
        // The card of the last line is faster by a half per cent.
        for _ in 0..if ms % 200 == 0 { 2 } else { 1 } {
            armed(|| engine.card_tick(line(3), &lines_in[..1], &mut out[3..], &mut sink));
        }
        armed(|| engine.tick(&lines_in, &mut out, &mut sink));
        if ms % 1000 == 0 {
            armed(|| look(&engine));
        }
        sink.clips.pop_front();
    }
    assert_eq!(COUNT.get(), 0, "allocations in the tick");
    assert_eq!(engine.clips_freed_in_tick(), 0);
    assert!(sink.events > sink.refused + 100, "{} events", sink.events);
    assert!(
        sink.frames > 10_000 && sink.recorded > 1000,
        "{} {}",
        sink.frames,
        sink.recorded
    );
    // Every clip came back or is still with the engine: none was dropped.
    drop(engine);
    sink.clips.clear();
    assert_eq!(Arc::strong_count(&clip), 1);
}

/// What betters a voice, by itself.
#[test]
fn noise_speech_and_loudness_are_dealt_with_without_the_heap() {
    let mut suppressor = NoiseSuppressor::new(NoiseSettings::Strong, 1);
    let mut detector = VoiceActivityDetector::new(VadSettings::default());
    let mut control = GainControl::new(GainControlSettings::default());
    let mut analyser = ComfortNoiseAnalyser::new(MAX_ORDER);
    let mut generator = ComfortNoiseGenerator::new();
    let mut said = voice(3, 20 * 8000, -20.0);
    Noise::new(4).add(&mut said, -45.0);
    let said: Vec<[i16; BLOCK]> = blocks(&said).collect();
    COUNT.set(0);
    armed(|| {
        for (ms, block) in said.iter().enumerate() {
            let block = suppressor.process(block);
            let is_speech = detector.process(&block);
            std::hint::black_box(control.process(&block, is_speech));
            if is_speech {
                analyser.pause();
            } else {
                analyser.process(&block);
            }
            if ms % 100 == 0 {
                let payload = analyser.describe().write();
                if let Ok(noise) = ComfortNoise::parse(&payload) {
                    generator.set(&noise);
                }
            }
            std::hint::black_box(generator.process());
            if ms % 5000 == 4999 {
                suppressor.set(NoiseSettings::Mild);
                suppressor.reset();
                detector.reset();
                control.reset();
                analyser.reset();
                generator.reset();
            }
        }
    });
    assert_eq!(COUNT.get(), 0, "allocations");
}

#[test]
fn a_stream_that_is_shaken_drifts_and_loses_takes_nothing_from_the_heap() {
    let mut random = Noise::new(3);
    let mut buffer = JitterBuffer::new();
    let mut concealment = Concealment::default();
    let said: Vec<i16> = voice(4, 10 * 8000, -14.0)
        .iter()
        .map(|s| *s as i16)
        .collect();
    let mut arrivals: Vec<(u32, u32)> = (0..6000)
        .map(|n| (n * 20 - n / 200 + random.next_u32() % 60, n))
        .collect();
    arrivals.retain(|_| !random.next_u32().is_multiple_of(8));
    arrivals.sort_unstable();
    let mut coming = arrivals.iter().peekable();
    COUNT.set(0);
    for now in 0..119_000 {
        while let Some((_, n)) = coming.next_if(|(at, _)| *at <= now) {
            let packet = &said[*n as usize % 500 * 160..][..160];
            armed(|| buffer.put(n * 160, packet));
        }
        armed(|| match buffer.take() {
            Some(block) => concealment.heard(block),
            None => {
                if let Some((gap, after)) = buffer.after_the_gap() {
                    concealment.bridge(gap, &after);
                }
                concealment.missing()
            }
        });
    }
    assert!(buffer.adjusted_ms() > 20, "{} ms", buffer.adjusted_ms());
    assert_eq!(COUNT.get(), 0);
}

#[test]
fn coding_and_resampling_take_nothing_from_the_heap() {
    let said: Vec<i16> = voice(5, 8000, -14.0).iter().map(|s| *s as i16).collect();
    let mut octets = [0; 8000];
    let mut wide = vec![0; 48_000];
    let mut narrow = vec![0; 8000];
    COUNT.set(0);
    for law in [Law::A, Law::Mu] {
        armed(|| law.encode_all(&said, &mut octets));
        armed(|| law.decode_all(&octets, &mut narrow));
    }
    for rate in [Rate::Khz16, Rate::Khz48] {
        let (mut up, mut down) = (Up::new(rate), Down::new(rate));
        let length = armed(|| up.process(&said, &mut wide));
        armed(|| down.process(&wide[..length], &mut narrow));
    }
    assert_eq!(COUNT.get(), 0);
}
