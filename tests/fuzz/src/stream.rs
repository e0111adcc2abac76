//! Packets of any kind through a whole stream of the engine: codecs, keys, counters. Whatever came, a
//! good sender is heard within a second, and his silence is silence.
#![no_main]

use hotline_dsp::engine::{
    Channel, Clip, Command, Engine, EngineConfig, Event, Law, RecordedBlock, Sink, Source,
    StreamFrame, StreamPacket,
};
use libfuzzer_sys::fuzz_target;

/// Who hears the stream: the loudest sample of the newest packet.
struct Ear(i16);

impl Sink for Ear {
    fn event(&mut self, _: Event) {}
    fn frame(&mut self, frame: StreamFrame) {
        if frame.channel == LISTENER {
            let samples = frame
                .payload
                .map(|code| frame.law.decode(code).saturating_abs());
            self.0 = samples.into_iter().max().unwrap_or(0);
        }
    }
    fn recorded(&mut self, _: &RecordedBlock) {}
    fn retire(&mut self, _: Clip) -> Result<(), Clip> {
        Ok(())
    }
}

const STREAM: Channel = Channel(0);
const LISTENER: Channel = Channel(1);
const KEYS: u8 = 101;
/// What the good sender says: ±1008, one of A-law's own samples.
const LOUD: i16 = 1008;
/// A-law has no 0.
const SILENT: i16 = 8;

fuzz_target!(|octets: &[u8]| {
    let mut engine = Engine::new(EngineConfig {
        streams: 2,
        ..EngineConfig::default()
    });
    let mut ear = Ear(0);
    for channel in [STREAM, LISTENER] {
        let open = Command::OpenStream {
            channel,
            law: Law::A,
            event_payload_type: Some(KEYS),
        };
        engine.apply(open, &mut ear);
    }
    let hear = Command::Hear {
        channel: LISTENER,
        from: [Source {
            channel: STREAM,
            gain_db: 0,
        }]
        .into_iter()
        .collect(),
    };
    engine.apply(hear, &mut ear);
    let (mut sequence, mut timestamp, mut ssrc) = (0u16, 0u32, 1);
    for head in octets.as_chunks::<8>().0 {
        let [kind, length, jump, a, b, c, d, ticks] = *head;
        match jump {
            0..200 => {
                sequence = sequence.wrapping_add(1);
                timestamp = timestamp.wrapping_add(160);
            }
            200..230 => sequence = sequence.wrapping_add(u16::from(a)),
            230..245 => timestamp = u32::from_be_bytes([a, b, c, d]),
            245..250 => sequence = u16::from_be_bytes([a, b]),
            _ => ssrc = u32::from(a & 3),
        }
        let payload = [a, b, c, d].repeat(120);
        let length = usize::from(length) * 2;
        engine.receive(&StreamPacket {
            channel: STREAM,
            payload_type: [0, 8, KEYS, 13, 8, 8, kind, 8][usize::from(kind % 8)] & 0x7F,
            marker: kind > 127,
            sequence,
            timestamp,
            ssrc,
            payload: heapless::Vec::from_slice(&payload[..length.min(480)]).unwrap_or_default(),
        });
        for _ in 0..ticks % 64 {
            engine.tick(&[], &mut [], &mut ear);
        }
        let quality = engine.stream_quality(STREAM);
        assert!(quality.late <= quality.lost && quality.doubled <= quality.discarded);
        assert!(quality.delay_ms <= 512);
    }
    for (n, sample) in (0..100u16).map(|n| (n, if n < 50 { LOUD } else { 0 })) {
        let wave = |at: usize| if at / 4 % 2 == 0 { sample } else { -sample };
        engine.receive(&StreamPacket {
            channel: STREAM,
            payload_type: Law::A.payload_type(),
            marker: false,
            sequence: sequence.wrapping_add(n),
            timestamp: u32::from(n) * 160,
            // No number that was used above.
            ssrc: 99,
            payload: (0..160).map(|at| Law::A.encode(wave(at))).collect(),
        });
        for _ in 0..20 {
            engine.tick(&[], &mut [], &mut ear);
        }
        match n {
            40..50 => assert!(ear.0 >= LOUD, "a second later {} is heard", ear.0),
            90.. => assert!(ear.0 <= SILENT, "of silence {} is heard", ear.0),
            _ => {}
        }
    }
});
