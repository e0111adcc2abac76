//! The media side: the tick's thread, the RTP thread, the recorder, the prompts, and the bounded
//! rings between them.

pub mod archive;
mod beat;
mod busy_tone;
pub mod greetings;
pub mod line_watch;
mod music;
mod net;
pub mod numerals;
pub mod opus_file;
pub mod prompts;
mod realtime;
pub mod recorder;
pub mod recording_file;
pub mod recording_index;
pub mod retention;
mod rings;
mod sound_file;
pub mod sound_watch;
pub mod tick;
mod tone;
pub mod voice;

pub use net::{NetFigures, NetHandle, NetSettings, StreamSlot, start_net};
pub use rings::{EngineHandle, HookHandle, Rings, TickEnds, TickEvent};
