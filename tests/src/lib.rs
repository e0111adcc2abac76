//! The far end of every wire.
