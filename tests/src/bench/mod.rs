//! The benches: what the product costs and how good it is, as figures with targets.

pub mod fifty;
pub mod figure;
pub mod first_call;
mod process;
mod progress;
mod yardstick;

pub use figure::{Figure, Peer, Target};
