//! The media side: the tick's thread, the RTP thread, the recorder, the prompts, and the bounded
//! rings between them.

mod net;
mod rings;

pub use net::{NetFigures, NetHandle, NetSettings, StreamSlot, start_net};
pub use rings::{EngineHandle, Rings, TickEnds};
