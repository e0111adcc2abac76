//! Echo of the line: the hybrid sends a part of what we say back to us (G.168).

mod canceller;
mod double_talk;
mod filter;

pub use canceller::EchoCanceller;
