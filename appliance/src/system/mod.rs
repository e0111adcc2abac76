//! The machine itself: its alarms and its disk.

pub mod alarms;
pub mod disk;
