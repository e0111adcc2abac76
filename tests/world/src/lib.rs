//! The far end of every wire, in software: chip models, the telephone network, customers. What is
//! here shares no signal processing with the machine under test, and nothing here allocates once a
//! call is placed, so it may run on the tick's thread.

pub mod card;
pub mod customer;
pub mod exchange;
pub mod peer;
pub mod phone;
mod town;

pub use town::{CallTicket, FinishedCall, NoFreeLine, Subscriber, Town};
