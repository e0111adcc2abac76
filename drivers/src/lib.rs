//! Cards, chips and the doors to them: what any line hardware offers, and how it is reached.

pub mod bus;
pub mod card;
pub mod si3050;
pub mod tdm400p;
pub mod tiger320;
