//! Comfort noise between two ends that send nothing while nobody speaks (RFC 3389): its payload, how
//! the noise of a channel is described, and how a described noise is made.

mod analyser;
mod generator;
mod payload;

pub use analyser::ComfortNoiseAnalyser;
pub use generator::ComfortNoiseGenerator;
pub use payload::{ComfortNoise, Empty, MAX_ORDER};
