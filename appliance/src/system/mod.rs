//! The machine itself: its alarms, its disk, its database of mobile numbers.

pub mod alarms;
pub mod disk;
pub mod number_ranges;
