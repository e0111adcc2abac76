use hotline_call::Digit;
use serde::{Deserialize, Serialize};

/// The offer to callers of a queue to be called back instead of waiting: they keep their place and
/// hang up (features, table B row 8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CallbackOffer {
    /// The key that asks for it, and agrees to the number read out; default 1.
    pub key: Digit,
    /// For how long the promise holds, at most to the end of the queue's hours;
    /// 600..=86400 s, default 14400 (4 h).
    pub keep_s: u32,
    /// How often the person is called; 1..=5, default 2.
    pub attempts: u32,
    /// How long until the next try; 60..=7200 s, default 600.
    pub retry_s: u32,
}

impl Default for CallbackOffer {
    fn default() -> Self {
        Self {
            key: Digit::new('1').expect("1 is a key"),
            keep_s: 14_400,
            attempts: 2,
            retry_s: 600,
        }
    }
}
