//! The first call, as people hear it: human speech through the program and out of it again, and
//! what becomes of a call whose phone or wire goes away, or beside which something fails. Card, exchange and callers are software;
//! the speech is real, and so is one of the phones. On the wall clock.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "first_call/away.rs"]
mod away;
#[path = "first_call/faults.rs"]
mod faults;
#[path = "first_call/isolation.rs"]
mod isolation;
#[path = "first_call/peer.rs"]
mod peer;
#[path = "first_call/rtp.rs"]
mod rtp;
#[path = "first_call/speech.rs"]
mod speech;
#[path = "first_call/supervision.rs"]
mod supervision;
#[path = "first_call/talk.rs"]
mod talk;
