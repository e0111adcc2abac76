//! Packets with any timestamps in any order through the jitter buffer and the concealment. Whatever
//! came, good packets are heard within a second, and when none come there is silence.
#![no_main]

use hotline_dsp::concealment::Concealment;
use hotline_dsp::engine::BLOCK;
use hotline_dsp::jitter::JitterBuffer;
use libfuzzer_sys::fuzz_target;

/// The longest delay the buffer can hold, in ms.
const CAPACITY_MS: u16 = 512;

fuzz_target!(|octets: &[u8]| {
    let mut buffer = JitterBuffer::new();
    let mut concealment = Concealment::default();
    let mut timestamp = 0u32;
    for &[what, how, value] in octets.as_chunks::<3>().0 {
        let run = [i16::from_be_bytes([value, how]); 500];
        match what % 8 {
            // In order, 20 ms.
            0..=2 => {
                timestamp = timestamp.wrapping_add(160);
                let _ = buffer.put(timestamp, &run[..160]);
            }
            // A little off, of any length.
            3 => {
                let off = u32::from(how).wrapping_sub(128).wrapping_mul(8);
                let _ = buffer.put(timestamp.wrapping_add(off), &run[..usize::from(value)]);
            }
            // Far off.
            4 => {
                timestamp = u32::from_be_bytes([how, value, what, how]);
                let _ = buffer.put(timestamp, &run);
            }
            5 => buffer.restart(),
            _ => {}
        }
        for _ in 0..value % 32 {
            match buffer.take() {
                Some(block) => _ = concealment.heard(block),
                None => {
                    if let Some((gap, after)) = buffer.after_the_gap() {
                        assert!(gap.is_multiple_of(BLOCK) && gap > 0);
                        concealment.bridge(gap, &after);
                    }
                    let _ = concealment.missing();
                }
            }
            assert!(buffer.delay_ms() <= CAPACITY_MS);
        }
    }
    let mut heard = 0;
    for n in 0..60 {
        timestamp = timestamp.wrapping_add(160);
        let _ = buffer.put(timestamp, &[1000; 160]);
        for _ in 0..20 {
            let block = buffer.take();
            if n >= 50 {
                heard += u32::from(block == Some([1000; BLOCK]));
            }
        }
    }
    assert!(heard >= 190, "of the last 200 ms {heard} are heard");
    // All that may be held has been played.
    for ms in 0..=CAPACITY_MS + 1 {
        let block = buffer.take();
        assert!(ms < CAPACITY_MS || block.is_none());
    }
    let quiet = (0..200).map(|_| concealment.missing()).last();
    assert_eq!(quiet, Some([0; BLOCK]));
});
