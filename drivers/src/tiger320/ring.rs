//! The DMA ring of one direction on the analog card: two halves of 1 ms, one dword a frame.

/// Frames of 125 µs in half a ring.
pub const FRAMES: usize = 8;
/// Octets in one frame: one of each of the four sites.
pub const FRAME_OCTETS: usize = 4;
/// Octets in half a ring.
pub const HALF_OCTETS: usize = FRAMES * FRAME_OCTETS;
/// Octets in a ring.
pub const RING_OCTETS: usize = 2 * HALF_OCTETS;

/// Half a ring: one millisecond.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Half {
    /// From start to int.
    First,
    /// From there to end.
    Second,
}

impl Half {
    /// Octets from the start of the ring to this half.
    pub const fn offset(self) -> usize {
        match self {
            Self::First => 0,
            Self::Second => HALF_OCTETS,
        }
    }
}

/// The bus addresses of one ring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ring {
    start: u32,
}

impl Ring {
    /// The ring that begins at this bus address.
    pub const fn at(start: u32) -> Self {
        Self { start }
    }
    /// First dword.
    pub const fn start(self) -> u32 {
        self.start
    }
    /// Last dword of the first half.
    pub const fn int(self) -> u32 {
        self.start + (HALF_OCTETS - FRAME_OCTETS) as u32
    }
    /// Last dword.
    pub const fn end(self) -> u32 {
        self.start + (RING_OCTETS - FRAME_OCTETS) as u32
    }

    /// Which half is complete while the engine's pointer stands at `current`; `None` if that is
    /// not in the ring at all. Standing on the last dword of a half completes it: that is where
    /// the interrupt comes.
    pub const fn completed(self, current: u32) -> Option<Half> {
        if current < self.start || current > self.end() {
            None
        } else if current >= self.int() && current < self.end() {
            Some(Half::First)
        } else {
            Some(Half::Second)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sheet §3.2: w, w+28, w+60.
    #[test]
    fn a_ring_is_64_octets_with_its_interrupts_at_28_and_60() {
        let ring = Ring::at(0x1000);
        assert_eq!(
            (ring.start(), ring.int(), ring.end()),
            (0x1000, 0x101C, 0x103C)
        );
    }

    #[test]
    fn the_half_that_is_not_being_filled_is_the_complete_one() {
        let ring = Ring::at(0x1000);
        let complete = |octet: u32| ring.completed(0x1000 + octet);
        for octet in [0, 4, 24, 60] {
            assert_eq!(complete(octet), Some(Half::Second), "at {octet}");
        }
        for octet in [28, 32, 56] {
            assert_eq!(complete(octet), Some(Half::First), "at {octet}");
        }
        assert_eq!(complete(64), None);
        assert_eq!(ring.completed(0xFFFF_FFFF), None);
    }
}
