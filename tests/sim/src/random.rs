/// Numbers that look random (xorshift64*), the same for the same seed.
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        // One round of splitmix64: neighbouring seeds must not give days that begin alike.
        let z = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        Self((z ^ (z >> 31)) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// 0 to `n − 1`; 0 for `n` = 0.
    pub(crate) fn below(&mut self, n: u64) -> u64 {
        (self.next() >> 33) % n.max(1)
    }

    /// From `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high - low + 1)
    }

    /// True in so many cases of a thousand.
    pub(crate) fn permille(&mut self, n: u64) -> bool {
        self.below(1000) < n
    }

    pub(crate) fn one_of<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        let n = u64::try_from(all.len()).ok()?;
        all.get(usize::try_from(self.below(n)).ok()?)
    }

    /// Above 0, up to 1.
    fn unit(&mut self) -> f64 {
        // 53 bits are what an f64 holds exactly.
        #[allow(clippy::cast_precision_loss)]
        let n = ((self.next() >> 11) + 1) as f64;
        n / (1u64 << 53) as f64
    }

    /// Milliseconds until the next of things that come by themselves, `mean_ms` apart on average.
    pub(crate) fn exponential_ms(&mut self, mean_ms: f64) -> u64 {
        whole(-mean_ms * self.unit().ln())
    }

    /// How long something takes that mostly takes about `mean_ms` and sometimes much longer
    /// (log-normal; `cv` is the standard deviation over the mean).
    pub(crate) fn lognormal_ms(&mut self, mean_ms: f64, cv: f64) -> u64 {
        let variance = (1.0 + cv * cv).ln();
        let (a, b) = (self.unit(), self.unit());
        let normal = (-2.0 * a.ln()).sqrt() * (std::f64::consts::TAU * b).cos();
        whole((mean_ms.ln() - variance / 2.0 + variance.sqrt() * normal).exp())
    }
}

fn whole(ms: f64) -> u64 {
    // Saturates, and a day is far below 2^53 ms.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let ms = ms.round() as u64;
    ms
}
