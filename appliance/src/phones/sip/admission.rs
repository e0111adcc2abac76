//! How much one source may send. The stack queues without bound, so what is too much is dropped
//! before it: phones repeat what is lost.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::seldom::Seldom;

/// Messages a source may send at once: a phone that comes back after a network fault with all
/// its accounts, or an office of phones behind one address.
const BURST: u32 = 200;
/// Messages a second a source may send in the long run.
const RATE: u64 = 50;
/// Sources remembered. When there are more, the fullest buckets are forgotten.
const SOURCES: usize = 4096;

struct Bucket {
    tokens: u32,
    filled_ms: u64,
}

/// A token bucket for each source.
#[derive(Default)]
pub struct Admission {
    buckets: BTreeMap<IpAddr, Bucket>,
    refused: Seldom,
}

impl Admission {
    /// Whether a message from there may enter now.
    pub fn admit(&mut self, source: IpAddr, now_ms: u64) -> bool {
        if self.buckets.len() >= SOURCES && !self.buckets.contains_key(&source) {
            self.forget(now_ms);
        }
        let full = Bucket {
            tokens: BURST,
            filled_ms: now_ms,
        };
        let bucket = self.buckets.entry(source).or_insert(full);
        bucket.fill(now_ms);
        let admitted = bucket.tokens > 0;
        bucket.tokens = bucket.tokens.saturating_sub(1);
        if !admitted && let Some(refused) = self.refused.happened(now_ms) {
            tracing::warn!(%source, refused, "too many SIP messages, dropped");
        }
        admitted
    }

    /// Forgets sources that owe nothing; if all do, everybody: better than to refuse newcomers.
    fn forget(&mut self, now_ms: u64) {
        self.buckets.retain(|_, bucket| {
            bucket.fill(now_ms);
            bucket.tokens < BURST
        });
        if self.buckets.len() >= SOURCES {
            self.buckets.clear();
        }
    }
}

impl Bucket {
    fn fill(&mut self, now_ms: u64) {
        let fresh = now_ms.saturating_sub(self.filled_ms) * RATE / 1000;
        if fresh > 0 {
            let tokens = u64::from(self.tokens) + fresh;
            self.tokens = u32::try_from(tokens).unwrap_or(BURST).min(BURST);
            self.filled_ms = now_ms;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_cut_and_others_are_not() {
        let mut admission = Admission::default();
        let [loud, quiet] = [1, 2].map(|n| IpAddr::from([192, 0, 2, n]));
        let admitted = (0..1000).filter(|_| admission.admit(loud, 0)).count();
        assert_eq!(admitted, 200);
        assert!(admission.admit(quiet, 0));
        let admitted = (0..1000).filter(|_| admission.admit(loud, 1000)).count();
        assert_eq!(admitted, 50);
    }

    #[test]
    fn the_memory_of_sources_is_bounded() {
        let mut admission = Admission::default();
        for n in 0..20_000_u32 {
            assert!(admission.admit(IpAddr::from(n.to_be_bytes()), 0));
        }
        assert!(admission.buckets.len() <= SOURCES);
    }
}
