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
    let most = most.min(LONGEST);
    let fixed = if later { 0 } else { LONGEST };
    let place = |distance: usize| if later { distance } else { LONGEST - distance };
    let still = window[fixed..].first_chunk()?;
    let energy = product(still, still);
    let mut moved_energy = product(still, still);
    let mut best = (0, f32::MIN);
    for distance in 1..=most {
        // The energy of the moved stretch, from that of the one a sample nearer.
        let (now, before) = (place(distance), place(distance - 1));
        let (gained, lost) = if later {
            (now + OVERLAP - 1, before)
        } else {
            (now, before + OVERLAP - 1)
        };
        moved_energy += square(window[gained]) - square(window[lost]);
        if distance < SHORTEST {
            continue;
        }
        let product = product(still, window[now..].first_chunk()?) as f32;
        let likeness = product / (energy as f32 * moved_energy as f32).max(1.0).sqrt();
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

/// Products are of 30 bits and 64 of them do not fit in 31: each loses six.
fn product(a: &[i16; OVERLAP], b: &[i16; OVERLAP]) -> i32 {
    let products = a
        .iter()
        .zip(b)
        .map(|(&a, &b)| (i32::from(a) * i32::from(b)) >> 6);
    products.sum()
}

fn square(sample: i16) -> i32 {
    (i32::from(sample) * i32::from(sample)) >> 6
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
