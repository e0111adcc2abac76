//! Signal processing of a 1 ms tick: samples and octets in, samples, octets and events out.
//! Pure: no clock, socket, file or thread, and no heap after `new()`.

pub mod caller_id;
pub mod comfort_noise;
pub mod concealment;
pub mod dtmf;
pub mod echo;
pub mod elastic;
pub mod engine;
pub mod g711;
pub mod gain;
pub mod gain_control;
pub mod jitter;
pub mod key;
pub mod level;
pub mod line_meter;
pub mod noise;
pub mod progress;
pub mod reception;
pub mod resample;
pub mod telephone_event;
pub mod vad;
