//! Echo of the line: the hybrid sends a part of what we say back to us (G.168).

mod block;
mod canceller;
mod comfort;
mod disabler;
mod evidence;
mod fft;
mod foreground;
mod history;
mod learner;
mod narrow_band;
mod prior;
mod sums;
mod suppressor;

pub use canceller::{EchoCanceller, EchoSettings};
pub use disabler::Taken;
