//! The far end of every wire, in software.
