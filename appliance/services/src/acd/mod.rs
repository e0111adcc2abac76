//! Automatic call distribution: who waits, who is ready, who is next.

mod agent;
mod queue;
mod strategy;

pub(crate) use agent::{Agent, Presence, Work};
pub(crate) use queue::{DESERTED_MS, ended_by, farewell, offer_outcome};
