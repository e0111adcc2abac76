//! Line signalling: what a line does and says comes in, call events and orders to the line come
//! out. Pure: no clock, hardware, socket or thread.

pub mod caller_id;
pub mod loop_start;
