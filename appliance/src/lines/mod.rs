//! The lines' door: what a line does goes to its signalling, what signalling wants goes to the
//! line.

mod fxo_port;

pub use fxo_port::{FxoPort, PortDoors};
