//! Sums of products, in an order that vectorises and is the same on every machine.

/// Partial sums kept side by side.
const LANES: usize = 8;

/// Σ aₙ·bₙ.
#[inline]
pub(super) fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0; LANES];
    let (a_groups, a_rest) = a.as_chunks::<LANES>();
    let (b_groups, b_rest) = b.as_chunks::<LANES>();
    for (a, b) in a_groups.iter().zip(b_groups) {
        for lane in 0..LANES {
            sums[lane] += a[lane] * b[lane];
        }
    }
    let rest: f32 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    // In pairs: no addition waits for seven others.
    let [a, b, c, d, e, f, g, h] = sums;
    ((a + e) + (c + g)) + ((b + f) + (d + h)) + rest
}

/// Σ aₙ².
#[inline]
pub(super) fn energy(samples: &[f32]) -> f32 {
    dot(samples, samples)
}
