//! Signal processing of a 1 ms tick: samples and octets in, samples, octets and events out.
//! Pure: no clock, socket, file or thread, and no heap after `new()`.

pub mod engine;
