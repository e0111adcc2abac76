//! The far end of every wire, put together with the program: the demo, the benches, and what the
//! tests of the whole machine share.

pub mod bench;
pub mod browser;
pub mod demo;
pub mod measure;
pub mod office;
pub mod voice;
