//! Log lines anybody can cause are told at most so often, with their number.

const EVERY_MS: u64 = 10_000;

/// Counts what happened, and says when it may be told.
#[derive(Debug, Default)]
pub struct Seldom {
    count: u64,
    told_ms: Option<u64>,
}

impl Seldom {
    /// Nothing has happened.
    pub const fn new() -> Self {
        Self {
            count: 0,
            told_ms: None,
        }
    }

    /// It happened; how often since start, when that may be told now.
    pub fn happened(&mut self, now_ms: u64) -> Option<u64> {
        self.count += 1;
        let due = self
            .told_ms
            .is_none_or(|told| now_ms.saturating_sub(told) >= EVERY_MS);
        due.then(|| {
            self.told_ms = Some(now_ms);
            self.count
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_is_told_and_then_one_in_ten_seconds() {
        let mut seldom = Seldom::new();
        let told: Vec<_> = (0..25_u64)
            .filter_map(|s| seldom.happened(s * 1000))
            .collect();
        assert_eq!(told, [1, 11, 21]);
    }
}
