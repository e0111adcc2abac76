//! Caller identification by FSK on an on-hook line (EN 300 659, Bell 202 and V.23).

/// The longest caller-ID message (EN 300 659-3: type, length, 255 octets, checksum).
pub const MAX_CALLER_ID: usize = 258;
