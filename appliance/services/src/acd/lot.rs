/// Drawing lots: numbers that look random and are a fold of the facts, so that a replay draws the
/// same (SplitMix64, Steele, Lea and Flood 2014).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Lot(u64);

impl Lot {
    pub const fn seeded(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `n`, or 0. The same until [`Self::drawn`].
    pub const fn below(self, n: u64) -> u64 {
        let mut z = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^= z >> 31;
        // The high half of the product: even to one in 2^64 for any n.
        ((z as u128 * n as u128) >> 64) as u64
    }

    /// Another number next time.
    pub const fn drawn(&mut self) {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
    }
}
