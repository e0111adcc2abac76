//! Keys that a phone sends as RFC 4733 telephone-events.

use crate::key::PressedKey;

/// Keys in the order of their event codes (RFC 4733 §3.2).
const KEYS: [char; 16] = [
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '#', 'A', 'B', 'C', 'D',
];
/// A key whose end never came is over when nothing was heard of it for so long: three of the
/// longest sensible update intervals of 50 ms (RFC 4733 §2.5.1.2), and a reserve for jitter.
const LOST_END_MS: u16 = 200;
/// A key held longer than this is sent in segments (RFC 4733 §2.5.1.3).
const SEGMENT: u32 = 0xFFFF;
/// Packets of a key already told can come so much later, in samples (10 s). A phone whose clock
/// jumps back further has started anew.
const LATEST_REPEAT: u32 = 80_000;

/// A payload that is no telephone-event of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAKey;

#[derive(Clone, Copy, Debug)]
struct Held {
    code: u8,
    started: u32,
    segment: u32,
    duration: u32,
    silent_ms: u16,
}

/// Keys of one stream.
/// - In: payloads with their timestamps as they come, and one tick a millisecond.
/// - Out: each key once, when it is let go: at the first packet with the end bit, else when the
///   next key starts, else 200 ms after its last packet. Repeated, late and doubled packets of a
///   key already told are taken silently.
/// - Cost: a few comparisons a packet; no allocation, lock, system call or panic.
#[derive(Clone, Debug, Default)]
pub struct TelephoneEvents {
    held: Option<Held>,
    /// Timestamp of the last segment of the last key told.
    told: Option<u32>,
}

impl TelephoneEvents {
    /// A key is being held: the phone sends no voice meanwhile.
    #[must_use]
    pub fn holds_a_key(&self) -> bool {
        self.held.is_some()
    }

    /// Takes one payload.
    ///
    /// # Errors
    /// The payload is too short or its event is no key (a flash, a modem tone).
    pub fn receive(
        &mut self,
        timestamp: u32,
        payload: &[u8],
    ) -> Result<Option<PressedKey>, NotAKey> {
        let &[code, flags, high, low, ..] = payload else {
            return Err(NotAKey);
        };
        if usize::from(code) >= KEYS.len() {
            return Err(NotAKey);
        }
        let ended = flags & 0x80 != 0;
        let duration = u32::from(u16::from_be_bytes([high, low]));
        if self
            .told
            .is_some_and(|told| told.wrapping_sub(timestamp) < LATEST_REPEAT)
        {
            return Ok(None);
        }
        let earlier = match &mut self.held {
            Some(held) if held.segment == timestamp => {
                held.duration = held.duration.max(length_of(held, timestamp, duration));
                held.silent_ms = 0;
                None
            }
            Some(held) if !is_after(timestamp, held.segment) => return Ok(None),
            Some(held) if held.code == code && timestamp == held.segment.wrapping_add(SEGMENT) => {
                held.segment = timestamp;
                held.duration = length_of(held, timestamp, duration);
                held.silent_ms = 0;
                None
            }
            _ => {
                let earlier = self.let_go();
                self.held = Some(Held {
                    code,
                    started: timestamp,
                    segment: timestamp,
                    duration,
                    silent_ms: 0,
                });
                earlier
            }
        };
        // An earlier key without an end is told first; this one's end is repeated twice more
        // (RFC 4733 §2.5.1.4) or found by time.
        if earlier.is_some() {
            Ok(earlier)
        } else {
            Ok(if ended { self.let_go() } else { None })
        }
    }

    /// One millisecond has passed.
    pub fn tick(&mut self) -> Option<PressedKey> {
        let held = self.held.as_mut()?;
        held.silent_ms += 1;
        if held.silent_ms < LOST_END_MS {
            None
        } else {
            self.let_go()
        }
    }

    fn let_go(&mut self) -> Option<PressedKey> {
        let held = self.held.take()?;
        self.told = Some(held.segment);
        let duration_ms = u16::try_from(held.duration / 8).unwrap_or(u16::MAX);
        Some(PressedKey {
            key: KEYS[usize::from(held.code)],
            duration_ms,
        })
    }
}

/// How long a key is held when a segment of it that began then has this length. Whoever holds one for
/// days does not get round the circle of 32 bits.
fn length_of(held: &Held, segment: u32, duration: u32) -> u32 {
    segment.wrapping_sub(held.started).saturating_add(duration)
}

/// `a` is later than `b` on the circle of 32 bits.
fn is_after(a: u32, b: u32) -> bool {
    a != b && a.wrapping_sub(b) < 1 << 31
}

#[cfg(test)]
mod tests {
    use super::{NotAKey, PressedKey, TelephoneEvents};

    fn event(code: u8, ended: bool, duration: u16) -> [u8; 4] {
        let [high, low] = duration.to_be_bytes();
        [code, if ended { 0x8A } else { 0x0A }, high, low]
    }

    /// RFC 4733 §2.5.1.4: the end is sent three times.
    #[test]
    fn a_key_is_told_once_however_often_its_end_is_repeated() {
        let mut events = TelephoneEvents::default();
        for duration in [160, 320, 480] {
            assert_eq!(events.receive(1000, &event(5, false, duration)), Ok(None));
        }
        let key = PressedKey {
            key: '5',
            duration_ms: 80,
        };
        assert_eq!(events.receive(1000, &event(5, true, 640)), Ok(Some(key)));
        assert_eq!(events.receive(1000, &event(5, true, 640)), Ok(None));
        assert_eq!(events.receive(1000, &event(5, false, 480)), Ok(None));
        assert!((0..1000).all(|_| events.tick().is_none()));
        assert!(!events.holds_a_key());
    }

    /// RFC 4733 §2.5.1.3: a long key comes in segments. Nobody holds one for six days, but may say so.
    #[test]
    fn a_key_of_segments_without_end_is_held_and_nothing_overflows() {
        let mut events = TelephoneEvents::default();
        for segment in 0..70_000_u32 {
            let timestamp = segment.wrapping_mul(0xFFFF);
            let told = events.receive(timestamp, &event(5, false, 0xFFFF));
            assert_eq!(told, Ok(None), "segment {segment}");
        }
        assert!(events.holds_a_key());
    }

    #[test]
    fn the_same_key_twice_is_two_keys() {
        let mut events = TelephoneEvents::default();
        assert!(
            events
                .receive(1000, &event(1, true, 800))
                .is_ok_and(|key| key.is_some())
        );
        assert!(
            events
                .receive(3000, &event(1, true, 800))
                .is_ok_and(|key| key.is_some())
        );
    }

    #[test]
    fn a_key_whose_end_is_lost_is_told_after_200_ms_and_not_again() {
        let mut events = TelephoneEvents::default();
        assert_eq!(events.receive(7, &event(11, false, 400)), Ok(None));
        let told: Vec<_> = (1..1000)
            .filter_map(|ms| events.tick().map(|key| (ms, key)))
            .collect();
        assert_eq!(
            told,
            [(
                200,
                PressedKey {
                    key: '#',
                    duration_ms: 50
                }
            )]
        );
        assert_eq!(events.receive(7, &event(11, true, 400)), Ok(None));
    }

    #[test]
    fn a_key_whose_end_is_lost_is_told_when_the_next_one_starts() {
        let mut events = TelephoneEvents::default();
        assert_eq!(
            events.receive(u32::MAX - 100, &event(1, false, 400)),
            Ok(None)
        );
        let first = events.receive(700, &event(2, true, 400)).expect("an event");
        assert_eq!(first.map(|key| key.key), Some('1'));
        let second = events.receive(700, &event(2, true, 400)).expect("an event");
        assert_eq!(second.map(|key| key.key), Some('2'));
    }

    /// RFC 4733 §2.5.1.3.
    #[test]
    fn a_key_held_for_ten_seconds_is_one_key() {
        let mut events = TelephoneEvents::default();
        assert_eq!(events.receive(0, &event(3, false, 0xFFFF)), Ok(None));
        let told = events
            .receive(0xFFFF, &event(3, true, 14_465))
            .expect("an event");
        assert_eq!(
            told,
            Some(PressedKey {
                key: '3',
                duration_ms: 10_000
            })
        );
    }

    #[test]
    fn a_flash_or_a_short_payload_is_no_key() {
        let mut events = TelephoneEvents::default();
        assert_eq!(events.receive(0, &event(16, true, 0)), Err(NotAKey));
        assert_eq!(events.receive(0, &[1, 0x80, 0]), Err(NotAKey));
    }
}
