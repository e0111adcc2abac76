//! The media side: the tick's thread, the RTP thread, the recorder, the prompts, and the bounded
//! rings between them.

mod rings;

pub use rings::{EngineHandle, Rings, TickEnds};
