//! Time taken out or put in where it is not heard: a stretch is laid over the one a pitch period
//! later or earlier, which is most like it (WSOLA).

/// Samples that fade into each other: 8 ms.
pub const OVERLAP: usize = 64;
/// Shortest and longest splice: 2.5 ms (400 Hz) and 15 ms (66 Hz).
pub const SHORTEST: usize = 20;
pub const LONGEST: usize = 120;
/// Samples that one splice looks at.
pub const WINDOW: usize = OVERLAP + LONGEST;
/// The two stretches are as good as the same from here on.
const ALIKE: f32 = 0.9;
/// Below this mean magnitude nothing is heard of it (about −45 dBm0).
const QUIET: f32 = 70.0;

/// How much it may be heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Care {
    /// Only where the stretches are alike.
    Unheard,
    /// Where they are most alike.
    Anywhere,
}

/// Finds the best distance, `most` at most, between a stretch at `from` and a later one.
///
/// `later` says which of the two stays where it is: the first (time is taken out after it) or the
/// last stretch of the window (time is put in before it).
pub fn find(window: &[i16; WINDOW], later: bool, most: usize, care: Care) -> Option<usize> {
    let fixed = if later { 0 } else { LONGEST };
    let stretch = |at: usize| window[at..].first_chunk::<OVERLAP>();
    let still = stretch(fixed)?;
    let mut best = (0, f32::MIN);
    for distance in SHORTEST..=most.min(LONGEST) {
        let moved = stretch(if later { distance } else { LONGEST - distance })?;
        let likeness = likeness(still, moved);
        if likeness > best.1 {
            best = (distance, likeness);
        }
    }
    let is_good = care == Care::Anywhere || best.1 > ALIKE || is_quiet(window);
    (best.0 > 0 && is_good).then_some(best.0)
}

fn is_quiet(window: &[i16]) -> bool {
    let sum: f32 = window.iter().map(|&s| f32::from(s).abs()).sum();
    sum < QUIET * window.len() as f32
}

/// Normalised cross-correlation.
fn likeness(a: &[i16; OVERLAP], b: &[i16; OVERLAP]) -> f32 {
    let sum = |x: &[i16; OVERLAP], y: &[i16; OVERLAP]| -> f32 {
        // 64 products of 30 bits do not fit in 31: each loses six.
        let products = x
            .iter()
            .zip(y)
            .map(|(&x, &y)| (i32::from(x) * i32::from(y)) >> 6);
        products.sum::<i32>() as f32
    };
    sum(a, b) / (sum(a, a) * sum(b, b)).max(1.0).sqrt()
}

/// The one stretch fading into the other.
#[allow(
    clippy::cast_possible_truncation,
    reason = "a mean of two samples is a sample"
)]
pub fn faded(from: &[i16; OVERLAP], to: &[i16; OVERLAP]) -> [i16; OVERLAP] {
    std::array::from_fn(|n| {
        let share = (2 * n as i32 + 1) * 256 / OVERLAP as i32;
        let (from, to) = (i32::from(from[n]), i32::from(to[n]));
        (from + (((to - from) * share) >> 9)) as i16
    })
}
