//! Packets of any kind through a whole stream of the engine: codecs, keys, counters.
#![no_main]

use hotline_dsp::engine::{
    Channel, Clip, Command, Engine, EngineConfig, Event, Law, RecordedBlock, Sink, StreamFrame,
    StreamPacket,
};
use libfuzzer_sys::fuzz_target;

struct Nobody;

impl Sink for Nobody {
    fn event(&mut self, _: Event) {}
    fn frame(&mut self, _: StreamFrame) {}
    fn recorded(&mut self, _: &RecordedBlock) {}
    fn retire(&mut self, _: Clip) -> Result<(), Clip> {
        Ok(())
    }
}

const STREAM: Channel = Channel(0);
const KEYS: u8 = 101;

fuzz_target!(|octets: &[u8]| {
    let mut engine = Engine::new(EngineConfig {
        streams: 1,
        ..EngineConfig::default()
    });
    let open = Command::OpenStream {
        channel: STREAM,
        law: Law::A,
        event_payload_type: Some(KEYS),
    };
    engine.apply(open, &mut Nobody);
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
            engine.tick(&[], &mut [], &mut Nobody);
        }
        let quality = engine.stream_quality(STREAM);
        assert!(quality.late <= quality.lost && quality.doubled <= quality.discarded);
        assert!(quality.delay_ms <= 512);
    }
});
