//! Keys of a telephone, however they come.

/// A key that was let go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PressedKey {
    /// `0`–`9`, `*`, `#`, `A`–`D`.
    pub key: char,
    /// How long it was held.
    pub duration_ms: u16,
}
